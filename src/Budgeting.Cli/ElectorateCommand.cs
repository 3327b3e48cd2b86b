using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Regions;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Cli;

/// <summary><c>budgeting electorate rule|import|letters|clear --round N …</c>: keeps a round's electorate.</summary>
internal sealed class ElectorateCommand : Command
{
    public ElectorateCommand()
        : base("electorate", "Keeps a round's electorate: its rule, its register, its letter codes.")
    {
        Add(new RuleCommand());
        Add(new ImportRegisterCommand());
        Add(new LettersCommand());
        Add(new ClearCommand());
    }

    private static Option<long> RoundOption() => new("--round")
    {
        Description = "The round, by the number in its address.",
        HelpName = "N",
        Required = true,
    };

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.UnreadableInput, fault.Message, fault);
        }
    }

    private static T Granted<T>(Outcome<T> outcome) => outcome.Granted
        ? outcome.Value
        : throw new CommandException(
            outcome.RefusedFor("NotFound") ? ExitCode.WrongUsage : ExitCode.UnreadableInput,
            string.Join("; ", outcome.Refusals.Select(RefusalSentences.Of)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class RuleCommand : Command
    {
        private readonly Option<long> _round = RoundOption();

        private readonly Option<bool> _declared = new("--declared")
        {
            Description = "Who may vote rests on the home regions that people give themselves.",
        };

        private readonly Option<int?> _minimumAge = new("--minimum-age")
        {
            Description = "By register: the age that must have been reached; 0 is no limit.",
            HelpName = "YEARS",
        };

        private readonly Option<DateOnly?> _ageOn = new("--age-on")
        {
            Description = "By register: the day by which it must have been reached, such as 2027-05-31.",
            HelpName = "DAY",
            CustomParser = result => DateOnly.ParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        };

        private readonly Option<string[]> _regions = new("--regions")
        {
            Description = "Only people of these regions, by their names in addresses; otherwise all of the round's region.",
            HelpName = "SLUG",
            AllowMultipleArgumentsPerToken = true,
        };

        private readonly Option<bool> _bands = new("--publish-bands")
        {
            Description = "Voters' age groups, districts and ways of voting are published with the ballots.",
        };

        private readonly PlatformOptions _platform = new();

        public RuleCommand()
            : base("rule", "Sets who may vote: by register with --minimum-age and --age-on, or by declaration with --declared.")
        {
            Add(_round);
            Add(_declared);
            Add(_minimumAge);
            Add(_ageOn);
            Add(_regions);
            Add(_bands);
            _platform.AddTo(this);
            SetAction(RunAsync);
        }

        private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
        {
            await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            IReadOnlyList<RegionView> tree = await scope.ServiceProvider.GetRequiredService<IRegions>().TreeAsync(cancellation);
            List<long> regions = [.. (arguments.GetValue(_regions) ?? []).Select(slug => tree.FirstOrDefault(region => region.Slug == slug)?.Id
                ?? throw new CommandException(ExitCode.WrongUsage, $"There is no region {slug}."))];
            ElectorateRule rule = new(
                arguments.GetValue(_declared) ? ElectorateBasis.Declared : ElectorateBasis.Registered,
                arguments.GetValue(_minimumAge), arguments.GetValue(_ageOn), regions, arguments.GetValue(_bands));
            Granted(await scope.ServiceProvider.GetRequiredService<IElectorRegister>().SetRuleAsync(
                Actor.Platform, arguments.GetValue(_round), rule, cancellation));
            arguments.InvocationConfiguration.Output.WriteLine("The rule is set.");
            return ExitCode.Ok;
        }
    }

    private sealed class ImportRegisterCommand : Command
    {
        private readonly Argument<string> _file = new("FILE.csv") { Description = "The register: UTF-8, columns identifier, birth_date, region, language, protected." };

        private readonly Option<long> _round = RoundOption();

        private readonly Option<bool> _partial = new("--partial")
        {
            Description = "Entries that are not in the file stay as they are. Otherwise they are marked as left.",
        };

        private readonly PlatformOptions _platform = new();

        public ImportRegisterCommand()
            : base("import", "Reads a file into the register. Bad rows are told on the error output and left out.")
        {
            Add(_file);
            Add(_round);
            Add(_partial);
            _platform.AddTo(this);
            SetAction(RunAsync);
        }

        private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
        {
            await using FileStream file = Open(arguments.GetRequiredValue(_file));
            await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            Stopwatch watch = Stopwatch.StartNew();
            RegisterReport report = Granted(await scope.ServiceProvider.GetRequiredService<IElectorRegister>().ImportAsync(
                Actor.Platform, arguments.GetValue(_round), file, arguments.GetValue(_partial), Tell, cancellation));
            arguments.InvocationConfiguration.Output.WriteLine(Invariant(
                $"{report.Rows} rows in {watch.Elapsed.TotalSeconds:0.0} s: {report.Added} added, {report.Updated} updated, {report.Unchanged} unchanged, {report.Left} marked as left."));
            return report.Bad == 0
                ? ExitCode.Ok
                : throw new CommandException(ExitCode.Incomplete, Invariant($"{report.Bad} rows were not taken in; see above."));
        }

        // The line and what is wrong, never what stands there: that would be a person's data.
        private static void Tell(RowFault fault) => Console.Error.WriteLine(Invariant(
            $"line {fault.Line}: {(fault.Column is { } column ? column + ": " : "")}{Sentence(fault.Problem)}"));

        private static string Sentence(RowProblem problem) => problem switch
        {
            RowProblem.Unreadable => "the row has too few or too many fields, misplaced quotation marks, or letters that are not UTF-8",
            RowProblem.IdentifierEmpty => "there is none",
            RowProblem.IdentifierUnfit => "it has more than 64 characters, or such as cannot be written",
            RowProblem.IdentifierTwice => "a row before it has the same",
            RowProblem.BirthDateUnreadable => "must be written 2001-12-31 or 31.12.2001",
            RowProblem.BirthDateImpossible => "is ahead, or more than 130 years ago",
            RowProblem.RegionUnknown => "there is no such region",
            RowProblem.RegionOutside => "is not one whose people may vote in this round",
            RowProblem.LanguageUnknown => "must be fi, sv, en or empty",
            RowProblem.EmailUnreadable => "is no e-mail address",
            RowProblem.PhoneUnreadable => "is no telephone number: +358 40 123 4567, 040 123 4567",
            _ => "must be 1, 0, true, false, yes, no or empty",
        };
    }

    private sealed class LettersCommand : Command
    {
        private readonly Option<long> _round = RoundOption();

        private readonly Option<string> _register = new("--register") { Description = "The organiser's file with the column identifier.", HelpName = "FILE", Required = true };

        private readonly Option<string> _out = new("--out") { Description = "The file for the printing house: identifier, code, language. It must not exist.", HelpName = "FILE", Required = true };

        private readonly Option<bool> _reissue = new("--reissue") { Description = "New codes also for those who have one; the old ones die." };

        private readonly PlatformOptions _platform = new();

        public LettersCommand()
            : base("letters", "Makes letter codes for the entries of a file that have none, and writes them out once.")
        {
            Add(_round);
            Add(_register);
            Add(_out);
            Add(_reissue);
            _platform.AddTo(this);
            SetAction(RunAsync);
        }

        private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
        {
            string path = Path.GetFullPath(arguments.GetRequiredValue(_out));
            if (File.Exists(path))
            {
                throw new CommandException(ExitCode.WrongUsage, $"{path} exists; codes are written to a new file.");
            }

            await using FileStream file = Open(arguments.GetRequiredValue(_register));
            await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            // Written through and given its name when the codes are good: a file of this name is always a whole one.
            string unfinished = path + ".unfinished";
            LettersReport report;
            try
            {
                FileStreamOptions options = new()
                {
                    Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous | FileOptions.WriteThrough, BufferSize = 1 << 16,
                };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                await using FileStream letters = new(unfinished, options);
                report = Granted(await scope.ServiceProvider.GetRequiredService<IElectorRegister>().IssueLettersAsync(
                    Actor.Platform, arguments.GetValue(_round), file, letters, arguments.GetValue(_reissue), cancellation));
            }
            catch (CommandException)
            {
                // Refused: no code was made.
                File.Delete(unfinished);
                throw;
            }

            File.Move(unfinished, path);
            arguments.InvocationConfiguration.Output.WriteLine(Invariant(
                $"{report.Issued} codes written; {report.HadOne} had one already, {report.MayNotVote} may not vote, {report.Unknown} rows are not in the register."));
            return ExitCode.Ok;
        }
    }

    private sealed class ClearCommand : Command
    {
        private readonly Option<long> _round = RoundOption();

        private readonly PlatformOptions _platform = new();

        public ClearCommand()
            : base("clear", "Empties the register with its codes and links: until voting opens, and again once the result is published.")
        {
            Add(_round);
            _platform.AddTo(this);
            SetAction(RunAsync);
        }

        private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
        {
            await using ServiceProvider services = await _platform.OpenAsync(arguments, cancellation);
            await using AsyncServiceScope scope = services.CreateAsyncScope();
            long cleared = Granted(await scope.ServiceProvider.GetRequiredService<IElectorRegister>().ClearAsync(
                Actor.Platform, arguments.GetValue(_round), cancellation));
            arguments.InvocationConfiguration.Output.WriteLine(Invariant($"{cleared} entries deleted."));
            return ExitCode.Ok;
        }
    }
}
