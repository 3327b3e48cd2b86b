namespace Budgeting.Cli;

/// <summary>A command cannot do what was asked; the message is one line for the person who asked.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}
