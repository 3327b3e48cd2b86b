namespace Budgeting.Cli;

/// <summary>The exit codes every command keeps to.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The file cannot be read or cannot be used; nothing was written.</summary>
    public const int UnreadableInput = 1;

    /// <summary>A record was checked and a check failed.</summary>
    public const int NotVerified = 1;

    /// <summary>The command was not called as it must be.</summary>
    public const int WrongUsage = 2;

    /// <summary>The database cannot be used.</summary>
    public const int Unavailable = 3;

    /// <summary>Done in part; the message says what is missing.</summary>
    public const int Incomplete = 4;

    /// <summary>The outcome was checked and is refuted.</summary>
    public const int Refuted = 5;
}
