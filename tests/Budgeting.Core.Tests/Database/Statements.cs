using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Budgeting.Core.Tests.Database;

/// <summary>Tells of each statement that a server has had a database carry out, as its log would.</summary>
internal sealed class Statements(Action<string> told) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => categoryName == "Microsoft.EntityFrameworkCore.Database.Command" ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name?.EndsWith("CommandExecuted", StringComparison.Ordinal) == true)
            told(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
