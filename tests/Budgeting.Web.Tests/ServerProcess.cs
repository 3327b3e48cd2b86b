using System.Diagnostics;
using System.Text;
using Budgeting.Core.Tests;

namespace Budgeting.Web.Tests;

/// <summary>The web site as a process of its own, as an operator starts it.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ServerProcess Start(TestDatabase database, params IReadOnlyList<string> arguments) => Start(
        ["--Database:Provider", database.Provider, "--Database:ConnectionString", database.ConnectionString, "--Demo:Enabled=false", .. arguments]);

    public static ServerProcess Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = SiteFolder };
        foreach (var argument in (string[])[SiteAssembly, "--urls", "http://127.0.0.1:0", "--Site:Https=false", .. arguments])
            start.ArgumentList.Add(argument);
        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until the server answers requests.</summary>
    public async Task<HttpClient> ListeningAsync()
    {
        var exited = _process.WaitForExitAsync();
        if (await Task.WhenAny(_listening.Task, exited).WaitAsync(TimeSpan.FromSeconds(90)) == exited)
            throw new InvalidOperationException($"The server stopped:\n{Output}");
        return new() { BaseAddress = await _listening.Task };
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power cut would: nothing is flushed, nothing is said.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Makes it hang as a machine without power does: it answers nothing, and what it holds stays held.</summary>
    public Task HangAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on where it hung.</summary>
    public Task WakeAsync() => SignalAsync("CONT");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static string SiteFolder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SiteAssembly)!, "..", "..", ".."));

    // The host's own build output stands beside this project's, in the same configuration: that of Budgeting.Web for Budgeting.Web.Tests.
    private static string SiteAssembly
    {
        get
        {
            var tests = $"{typeof(ServerProcess).Assembly.GetName().Name}";
            var host = tests[..^".Tests".Length];
            return Path.GetFullPath(Path.Combine(
                AppContext.BaseDirectory.Replace(Path.Combine("tests", tests), Path.Combine("src", host), StringComparison.Ordinal), $"{host}.dll"));
        }
    }

    private void Hear(string? line)
    {
        const string listening = "Now listening on: ";
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and var at)
            _listening.TrySetResult(new Uri(line[(at + listening.Length)..].Trim()));
    }
}
