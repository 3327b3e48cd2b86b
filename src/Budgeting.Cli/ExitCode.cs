namespace Budgeting.Cli;

/// <summary>The exit codes every command keeps to.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int UnreadableInput = 1;
    public const int WrongUsage = 2;
}
