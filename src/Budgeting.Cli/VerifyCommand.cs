using System.CommandLine;
using System.Globalization;
using Budgeting.Core.Audit;
using Budgeting.Core.Verification;

namespace Budgeting.Cli;

/// <summary><c>budgeting verify [RECORD] [--receipt CODE]… [--sheet-hash HEX]… [--log-head ENTRY:HASH]… [--auditor BUNDLE] [--audit FILE]</c></summary>
internal sealed class VerifyCommand : Command
{
    private readonly Argument<string?> _record = new("RECORD")
    {
        Description = "The record of a round as downloaded from its results: record.zip, or the folder it was unpacked to.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _receipts = new("--receipt")
    {
        Description = "A voter's receipt, which must be among the ballots counted; may be given again.",
        HelpName = "CODE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _sheets = new("--sheet-hash")
    {
        Description = "The hash of a ballot sheet as noted down before voting; may be given again.",
        HelpName = "HEX",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _heads = new("--log-head")
    {
        Description = "An entry of the audit log and its hash as noted down, such as the head shown with the sheets at opening; may be given again.",
        HelpName = "ENTRY:HASH",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _auditor = new("--auditor")
    {
        Description = "The auditor's bundle, which opens every commitment: a ZIP or a folder.",
        HelpName = "BUNDLE",
    };

    private readonly Option<string?> _audit = new("--audit") { Description = "A whole exported audit log.", HelpName = "FILE" };

    public VerifyCommand()
        : base("verify", "Checks a round's published record, by itself and against receipts, without the platform. Exits with 1 when a check fails.")
    {
        Add(_record);
        Add(_receipts);
        Add(_sheets);
        Add(_heads);
        Add(_auditor);
        Add(_audit);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        string? recordPath = arguments.GetValue(_record);
        string? auditPath = arguments.GetValue(_audit);
        bool onlyLog = recordPath is null && arguments.GetRequiredValue(_receipts).Length == 0
            && arguments.GetRequiredValue(_sheets).Length == 0 && arguments.GetValue(_auditor) is null;
        if (recordPath is null && (auditPath is null || !onlyLog))
        {
            throw new CommandException(ExitCode.WrongUsage, "Say which record: budgeting verify record.zip. Only --audit can be checked without one.");
        }

        AuditHead[] heads = [.. arguments.GetRequiredValue(_heads).Select(ReadHead)];
        TextWriter output = arguments.InvocationConfiguration.Output;
        await using Stream? log = auditPath is null ? null : Open(auditPath, File.OpenRead);
        if (recordPath is null)
        {
            return Report(await RecordVerifier.CheckAuditLogAsync(log!, heads, cancellation), output);
        }

        using RecordSource record = Open(recordPath, RecordSource.Open);
        using RecordSource? openings = arguments.GetValue(_auditor) is { } bundle ? Open(bundle, RecordSource.Open) : null;
        RecordVerifier verifier = new(record, new(arguments.GetRequiredValue(_receipts), arguments.GetRequiredValue(_sheets), openings, log, heads));
        List<RecordCheck> checks = [];
        await foreach (RecordCheck check in verifier.CheckAsync(cancellation))
        {
            checks.Add(check);
            Write(check, output);
        }

        return Summarize(checks, output);
    }

    private static AuditHead ReadHead(string given)
    {
        string[] parts = given.Split(':');
        string hash = parts[^1].Trim().ToLowerInvariant();
        if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long entry)
            && hash.Length == 64 && !hash.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            return new AuditHead(entry, hash);
        }

        throw new CommandException(ExitCode.WrongUsage, $"--log-head {given}: write the entry's number, a colon and its hash of 64 hexadecimal digits, such as 12:9f…");
    }

    private static int Report(IReadOnlyList<RecordCheck> checks, TextWriter output)
    {
        foreach (RecordCheck check in checks)
        {
            Write(check, output);
        }

        return Summarize(checks, output);
    }

    private static void Write(RecordCheck check, TextWriter output)
    {
        string verdict = check.Passed switch { true => "ok", false => "FAILED", null => "not checked" };
        output.WriteLine(OneLine.Of($"{verdict,-11}  {check.Name}: {check.Detail}"));
    }

    private static int Summarize(IReadOnlyList<RecordCheck> checks, TextWriter output)
    {
        int failed = checks.Count(check => check.Passed == false);
        int without = checks.Count(check => check.Passed is null);
        output.WriteLine(FormattableString.Invariant($"{checks.Count - failed - without} checks hold, {failed} failed{(without > 0 ? $", {without} could not be made" : "")}"));
        return failed == 0 ? ExitCode.Ok : ExitCode.NotVerified;
    }

    private static T Open<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{path}: there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{path}: {exception.Message}", exception);
        }
    }
}
