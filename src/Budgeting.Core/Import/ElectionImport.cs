using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Tally;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Import;

internal sealed class ElectionImport(
    BudgetingContext context, UnitOfWork work, IAuthority authority, IPhaseDuties duties, IBallotSheets sheets,
    IElectorate electorate, IBallotBox box, AuditTrail audit) : IElectionImport
{
    // Enough to keep the ballot box in full batches, and far from filling its queue for people who vote meanwhile.
    private const int InFlight = 2_000;

    public async Task<Outcome<ImportReport>> ImportAsync(
        Actor actor, IReadOnlyList<PabulibFile> files, ImportRequest request, IProgress<int>? progress, CancellationToken cancellation)
    {
        if (await context.Regions.FindAsync([request.RegionId], cancellation) is null)
            return Refusal.NotFound;
        if (await authority.RefuseAsync(actor, request.RegionId, cancellation, Role.Administrator) is { } refusal)
            return refusal;
        var title = new LocalizedText(OneLine(request.Title ?? files[0].MetaValue("description") ?? ""));
        var refusals = new RoundTextsValidator().Refusals(new(title, new(Summary(files))));
        var headings = files.Select((file, i) => ReadHeading(file, i + 1, refusals)).ToList();
        if (request.VotingEndsAt <= await work.NowAsync(cancellation))
            refusals.Add(Refusal.Of("Import.VotingEnds"));
        if (refusals.Count > 0)
            return refusals;
        var roundId = await MakeRoundAsync(actor, title, Summary(files), headings, request, cancellation);
        await duties.CarryOutNextAsync(roundId, cancellation);
        return await CastAsync(roundId, files, progress, cancellation);
    }

    private async Task<long> MakeRoundAsync(
        Actor actor, LocalizedText title, string summary, IReadOnlyList<ImportedHeading> headings, ImportRequest request, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync("rounds", cancellation);
        var now = await work.NowAsync(cancellation);
        var author = await AuthorAsync(cancellation);
        var region = await context.Regions.FirstAsync(region => region.Id == request.RegionId, cancellation);
        // The phases before voting are over: what was done in them was done elsewhere.
        var round = Round.Create(region, title, new(summary), Schedule.FromStarts(
        [
            new(Phase.Announced, now.AddMinutes(-3)), new(Phase.Proposing, now.AddMinutes(-2)), new(Phase.Evaluating, now.AddMinutes(-1)),
            new(Phase.Voting, now), new(Phase.Counting, request.VotingEndsAt),
        ]).Value, imported: true);
        var proposing = now.AddMinutes(-2);
        context.Add(round);
        await context.SaveChangesAsync(cancellation);
        context.Add(round.ChangeEnvelope(Money.Sum(headings.Select(heading => heading.Input.Amount)), "PaBuLib", proposing).Value);
        foreach (var (duty, phase) in PhaseDutyService.Causes)
            context.Add(new PhaseDutyEntry(round.Id, duty, round.Schedule.StartOf(phase)!.Value));
        foreach (var imported in headings)
        {
            var heading = round.AddHeading(imported.Input with { RegionId = region.Id }, proposing).Value;
            await context.SaveChangesAsync(cancellation);
            foreach (var project in imported.Projects)
            {
                var proposal = new Proposal(round.Id, author.Id, Guid.NewGuid(), project.Text with { HeadingId = heading.Id }, proposing);
                proposal.Submit(proposing);
                proposal.Evaluate(new(true, project.Cost, null), null, proposing);
                context.Add(proposal);
                // One by one, so that the ids, and with them the numbers on the sheet, follow the file.
                await context.SaveChangesAsync(cancellation);
            }
        }
        await audit.AppendAsync(actor, "round.imported", $"round {round.Id}", new { request.RegionId, headings = headings.Count }, cancellation);
        await transaction.CommitAsync(cancellation);
        return round.Id;
    }

    private async Task<ImportReport> CastAsync(long roundId, IReadOnlyList<PabulibFile> files, IProgress<int>? progress, CancellationToken cancellation)
    {
        var frozen = await sheets.OfRoundAsync(roundId, cancellation);
        var ballots = Ballots(files, frozen);
        var filled = ballots.Where(ballot => ballot.Choices.Count > 0).ToList();
        var stored = 0;
        Dictionary<string, int> refused = [];
        List<Task<Outcome<StoredBallot>>> casts = new(InFlight);
        foreach (var chunk in filled.Chunk(InFlight))
        {
            cancellation.ThrowIfCancellationRequested();
            var admitted = await electorate.AdmitImportedAsync(Actor.Platform, roundId, [.. chunk.Select(ballot => ballot.VoterId)], cancellation);
            if (!admitted.Granted)
            {
                refused[admitted.Refusals[0].Key] = refused.GetValueOrDefault(admitted.Refusals[0].Key) + chunk.Length;
                continue;
            }
            casts.Clear();
            for (var i = 0; i < chunk.Length; i++)
                casts.Add(box.CastAsync(new(roundId, admitted.Value[i], chunk[i].Choices, AttemptOf(roundId, chunk[i].VoterId)), cancellation));
            foreach (var cast in await Task.WhenAll(casts))
            {
                if (cast.Granted)
                    stored++;
                else
                    refused[cast.Refusals[0].Key] = refused.GetValueOrDefault(cast.Refusals[0].Key) + 1;
            }
            progress?.Report(stored + refused.Values.Sum());
        }
        return new(roundId, frozen.Sum(sheet => sheet.Projects.Count), stored, ballots.Count - filled.Count, refused);
    }

    private static List<(string VoterId, List<HeadingChoices> Choices)> Ballots(IReadOnlyList<PabulibFile> files, IReadOnlyList<BallotSheet> sheets)
    {
        Dictionary<string, List<HeadingChoices>> voters = [];
        foreach (var (file, sheet) in files.Zip(sheets))
        {
            var (voter, vote) = (file.Votes.IndexOf("voter_id"), file.Votes.IndexOf("vote"));
            for (var row = 0; row < file.Votes.RowCount; row++)
            {
                // Projects stand on the sheet in the file's order; one named twice in a vote counts once.
                List<int> numbers = [.. file.Votes[row, vote]
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(id => file.Instance.IndexOf(id) + 1)
                    .Distinct()];
                var choices = voters.TryGetValue(file.Votes[row, voter].Trim(), out var earlier) ? earlier : voters[file.Votes[row, voter].Trim()] = [];
                if (numbers.Count > 0)
                    choices.Add(new(sheet.HeadingId, sheet.Hash, numbers));
            }
        }
        return [.. voters.Select(voter => (voter.Key, voter.Value))];
    }

    private static ImportedHeading ReadHeading(PabulibFile file, int number, List<Refusal> refusals)
    {
        var name = OneLine(file.MetaValue("subunit") ?? file.MetaValue("description") ?? "");
        if (file.Profile.VoteType is not (VoteType.Approval or VoteType.ChooseOne))
            refusals.Add(Refusal.Of("Import.VoteType", null, number, file.MetaValue("vote_type") ?? ""));
        if (file.Instance.Projects.IsEmpty)
            refusals.Add(Refusal.Of("Import.NoProjects", null, number));
        var amount = Cents(file.Instance.Budget, "budget", number, refusals);
        var language = file.MetaValue("language") is { Length: 2 } code && code.All(char.IsAsciiLetter) ? code.ToLowerInvariant() : "und";
        var texts = (Name: file.Projects.IndexOf("name"), Description: file.Projects.IndexOf("description"), Place: file.Projects.IndexOf("neighborhood"));
        List<ImportedProject> projects = [.. file.Instance.Projects.Select((project, row) => new ImportedProject(
            new(0, language,
                Cell(texts.Name, row) is { } title ? OneLine(title) : $"Project {project.Id}",
                Cell(texts.Description, row) ?? $"PaBuLib, {file.MetaValue("instance")}: {project.Id}",
                Cell(texts.Place, row)),
            Cents(project.Cost, $"cost of {project.Id}", number, refusals)))];
        var (kind, maximum) = Limits(file);
        return new(new(new(name.Length < 2 ? $"Heading {number}" : name), 0, amount, kind, maximum, TallyRules.OfPabulib(file.MetaValue("rule"))), projects);

        string? Cell(int column, int row) => column >= 0 && file.Projects[row, column].Trim() is { Length: > 0 } text ? text : null;
    }

    // Ballots bound by the sum of costs are knapsack ballots where that bound is the budget and was kept.
    private static (BallotKind Kind, int? Maximum) Limits(PabulibFile file)
    {
        var sum = file.MetaValue("max_sum_cost") is { Length: > 0 } text ? Rational.Parse(text) : (Rational?)null;
        var kept = Enumerable.Range(0, file.Profile.GroupCount).All(group =>
        {
            var cost = Rational.Zero;
            foreach (var project in file.Profile.ChoicesOf(group))
                cost += file.Instance.Projects[project].Cost;
            return cost <= file.Instance.Budget;
        });
        if (sum == file.Instance.Budget && kept)
            return (BallotKind.Knapsack, null);
        var maximum = file.Profile.VoteType == VoteType.ChooseOne ? 1
            : file.MetaValue("max_length") is { Length: > 0 } length ? (int)Rational.Parse(length).ToInt64()
            : file.Instance.Projects.Length;
        return (BallotKind.Approval, Math.Clamp(maximum, 1, 1_000));
    }

    private static Money Cents(Rational amount, string field, int number, List<Refusal> refusals)
    {
        var cents = amount * 100;
        if (cents.IsInteger && cents.Sign > 0 && cents <= Money.Largest.Cents)
            return new(cents.ToInt64());
        refusals.Add(Refusal.Of("Import.Amount", null, number, field, amount.ToString()));
        return Money.Zero;
    }

    private async Task<Account> AuthorAsync(CancellationToken cancellation)
    {
        const string name = "PABULIB";
        if (await context.Users.FirstOrDefaultAsync(account => account.NormalizedUserName == name, cancellation) is { } known)
            return known;
        // Nobody can sign in to it: it has neither passkey nor address.
        var account = new Account { UserName = "pabulib", NormalizedUserName = name, DisplayName = "PaBuLib", SecurityStamp = Guid.NewGuid().ToString("n") };
        context.Add(account);
        await context.SaveChangesAsync(cancellation);
        return account;
    }

    private static Guid AttemptOf(long roundId, string voterId) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{roundId} {voterId}")).AsSpan(0, 16));

    private static string Summary(IReadOnlyList<PabulibFile> files) =>
        $"PaBuLib: {string.Join("; ", files.Select(file => OneLine($"{file.MetaValue("country")}, {file.MetaValue("unit")}, {file.MetaValue("instance")}")))}";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private sealed record ImportedHeading(HeadingInput Input, IReadOnlyList<ImportedProject> Projects);

    private sealed record ImportedProject(ProposalInput Text, Money Cost);
}
