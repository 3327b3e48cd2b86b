using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Budgeting.Benchmarks;

/// <summary>The web site as a process of its own, as an operator starts it, over a PostgreSQL database.</summary>
internal sealed class WebServer : IDisposable
{
    private readonly Process _process;

    private WebServer(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    public IPEndPoint Address { get; }

    /// <summary>The most memory it has held so far, in bytes.</summary>
    public long PeakMemory => OwnProcess.PeakMemoryOf(_process.Id);

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static Task<WebServer> StartAsync(string connectionString, params IReadOnlyList<string> settings) => StartHostAsync("Budgeting.Web", connectionString, settings);

    /// <summary>The program of a host, built in the same configuration as this one.</summary>
    public static string AssemblyOf(string host) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "Budgeting.Benchmarks"), Path.Combine("src", host), StringComparison.Ordinal), $"{host}.dll"));

    /// <summary>Starts the site in another host.</summary>
    public static async Task<WebServer> StartHostAsync(string host, string connectionString, params IReadOnlyList<string> settings)
    {
        var assembly = AssemblyOf(host);
        // From its project's folder, where its style sheets and texts are looked for.
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(assembly)!, "..", "..", ".."));
        var start = new ProcessStartInfo("dotnet",
        [
            assembly, "--urls", "http://127.0.0.1:0", "--Site:Https=false", "--Demo:Enabled=false",
            "--Database:Provider=PostgreSQL", $"--Database:ConnectionString={connectionString}", .. settings,
        ])
        { RedirectStandardOutput = true, WorkingDirectory = folder };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            const string listening = "Now listening on: http://";
            if (line.IndexOf(listening, StringComparison.Ordinal) is not (>= 0 and var at))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new(process, IPEndPoint.Parse(line[(at + listening.Length)..].Trim()));
        }
        throw new InvalidOperationException("The web server stopped before it listened.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
