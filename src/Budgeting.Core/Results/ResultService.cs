using System.Globalization;
using System.Text.Json;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Tally;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Results;

internal sealed class ResultService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit, PaperTally paper, TimeProvider time) : IResults
{
    public async Task<Outcome<RoundResult>> FindAsync(long roundId, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round?.Schedule.PhaseAt(time.GetUtcNow()) is not { } phase)
            return Refusal.NotFound;
        if (phase < Phase.Published)
            return Refusal.Of("Results.NotPublished");
        var documents = await (
            from result in context.Results.AsNoTracking()
            join heading in context.Headings on result.HeadingId equals heading.Id
            where result.RoundId == roundId
            orderby heading.Position
            select result.Document).ToListAsync(cancellation);
        return new RoundResult(
            roundId, round.BallotsAtClosing!.Value + await paper.CountedAsync(roundId, cancellation), round.Schedule.StartOf(Phase.Published)!.Value,
            [.. documents.Select(document => JsonSerializer.Deserialize<HeadingResult>(document, JsonSerializerOptions.Web)!)]);
    }

    public async Task<Outcome<Done>> PublishAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.Rounds.FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        if (!await authority.HoldsAsync(actor, round.RegionId, cancellation, Role.Coordinator))
            return Refusal.Forbidden;
        var waiting = await context.Proposals.CountAsync(
            proposal => proposal.RoundId == roundId && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && proposal.Answer == null, cancellation);
        if (waiting > 0)
            return Refusal.Of("Results.AnswersMissing", null, waiting);
        var published = round.Publish(await work.NowAsync(cancellation));
        if (!published.Granted)
            return published;
        await audit.AppendAsync(actor, "results.published", $"round {roundId}", new { round.BallotsAtClosing }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    /// <summary>Counts every heading of a closed round and stores the results, to be shown when published.</summary>
    internal async Task CountAsync(Round round, CancellationToken cancellation)
    {
        if (await context.Results.AnyAsync(result => result.RoundId == round.Id, cancellation))
            return;
        var stored = await context.BallotSheets.AsNoTracking().Where(sheet => sheet.RoundId == round.Id).ToListAsync(cancellation);
        var sheets = stored.Select(SheetText.Read).ToDictionary(sheet => sheet.HeadingId);
        var profiles = sheets.ToDictionary(entry => entry.Key, entry => new Profile.Builder(VoteType.Approval, entry.Value.Projects.Count));
        var ballots = 0;
        await foreach (var choices in context.Ballots.Where(ballot => ballot.RoundId == round.Id && ballot.Choices != null).Select(ballot => ballot.Choices!)
            .AsAsyncEnumerable().WithCancellation(cancellation))
        {
            ballots++;
            foreach (var (headingId, numbers) in ChoicesText.Read(choices))
                profiles[headingId].Add([.. numbers.Select(number => number - 1)]);
        }
        if (ballots != round.BallotsAtClosing)
            throw new InvalidDataException($"Round {round.Id} was closed with {round.BallotsAtClosing} ballots but {ballots} were read.");
        await paper.CheckAsync(round.Id, cancellation);
        await foreach (var ballot in paper.ReadAsync(round.Id).WithCancellation(cancellation))
        {
            foreach (var (headingId, numbers) in ChoicesText.Read(ballot.Choices))
                profiles[headingId].Add([.. numbers.Select(number => number - 1)]);
        }
        var now = await work.NowAsync(cancellation);
        foreach (var sheet in sheets.Values)
        {
            var document = JsonSerializer.Serialize(CountHeading(sheet, profiles[sheet.HeadingId].Build()), JsonSerializerOptions.Web);
            context.Add(new StoredResult { HeadingId = sheet.HeadingId, RoundId = round.Id, Document = document, CountedAt = now });
        }
        await context.SaveChangesAsync(cancellation);
    }

    private static HeadingResult CountHeading(BallotSheet sheet, Profile profile)
    {
        static string Id(int number) => number.ToString(CultureInfo.InvariantCulture);
        var instance = new Instance(sheet.Money.Cents, sheet.Projects.Select(project => new Project(Id(project.Number), project.Cost.Cents)));
        var counted = new GreedyRule().Tally(instance, profile, TallyRules.TieBreak(sheet.Lot.Select(Id)));
        var numbers = counted.Projects.ToDictionary(outcome => outcome.ProjectId, outcome => sheet.Project(int.Parse(outcome.ProjectId, CultureInfo.InvariantCulture))!);
        List<ProjectResult> projects = [.. counted.Projects.OrderBy(outcome => outcome.Position).Select(outcome =>
        {
            var project = numbers[outcome.ProjectId];
            return new ProjectResult(
                project.Number, project.ProposalId, project.Title, project.Language, project.Cost, outcome.Supporters, outcome.Position,
                outcome.IsFunded, new(outcome.MoneyBefore.ToInt64()), TieBrokenBy(outcome, numbers));
        })];
        return new(
            sheet.HeadingId, sheet.HeadingName, TallyRules.Greedy, TallyRules.Ties, sheet.Hash, sheet.BallotKind,
            profile.BallotCount, sheet.Money, Money.Sum(projects.Where(project => project.Won).Select(project => project.Cost)), projects);
    }

    // Among projects with as many votes the lot decided only between those that cost the same.
    private static string? TieBrokenBy(ProjectOutcome outcome, Dictionary<string, SheetProject> projects) =>
        !outcome.IsTied ? null
        : outcome.Tied.Any(other => other != outcome.ProjectId && projects[other].Cost == projects[outcome.ProjectId].Cost) ? TallyRules.Lot
        : TallyRules.LowerCost;
}
