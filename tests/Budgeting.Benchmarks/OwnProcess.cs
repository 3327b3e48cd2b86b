using System.Diagnostics;
using System.Globalization;

namespace Budgeting.Benchmarks;

/// <summary>What a measurement needs to know of the process it runs in.</summary>
internal static class OwnProcess
{
    /// <summary>The most memory held since <see cref="ForgetPeakMemory"/>, in bytes.</summary>
    public static long PeakMemory => PeakMemoryOf(Environment.ProcessId);

    /// <summary>The most memory a process has held, in bytes.</summary>
    public static long PeakMemoryOf(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return 1_024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Gives back what the preparations held, and begins anew.</summary>
    public static void ForgetPeakMemory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>Runs this program with other arguments, in a process that holds nothing yet.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> AgainAsync(params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start("dotnet", [typeof(OwnProcess).Assembly.Location, .. arguments]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
