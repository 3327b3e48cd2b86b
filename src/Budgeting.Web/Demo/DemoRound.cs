using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using static Budgeting.Web.Demo.DemoContent;

namespace Budgeting.Web.Demo;

/// <summary>Leads one round of the demonstration from its announcement to the phase it is shown in.</summary>
internal sealed class DemoRound(
    IServiceProvider services, TravellingClock clock, DemoFileRound content,
    Dictionary<string, RegionView> regions, Dictionary<string, Actor> accounts, Random random)
{
    private readonly Dictionary<long, int> _popularity = [];

    // Officials of the past showed their passkeys when they acted.
    private Actor Acting(string key) => accounts[key] with { PasskeyAt = clock.Now };

    public async Task LayAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var periods = Periods(now);
        DateTimeOffset Start(Phase phase) => periods.First(period => period.Phase == phase).StartsAt;
        clock.Now = Start(Phase.Announced).AddDays(-1);
        var roundId = await Do<IRounds, long>(rounds => rounds.CreateAsync(
            Acting("koordinaattori"), new(regions[content.Region].Id, content.Title, content.Summary, periods), cancellation));
        await Do<IRounds, Done>(rounds => rounds.ChangeEnvelopeAsync(
            Acting("talous"), roundId, Money.FromEuros(content.Headings.Sum(heading => heading.AmountEuros)), "Talousarvion mukainen määräraha", cancellation));
        Dictionary<string, long> headings = [];
        foreach (var heading in content.Headings)
        {
            headings[heading.Key] = await Do<IRounds, long>(rounds => rounds.AddHeadingAsync(Acting("koordinaattori"), roundId,
                new(heading.Name, regions[heading.Region].Id, Money.FromEuros(heading.AmountEuros), heading.Ballot, heading.MaximumChoices, heading.Rule), cancellation));
        }
        var until = content.Phase == Phase.Proposing ? now : periods.First(period => period.Phase == Phase.Proposing).EndsAt!.Value;
        var proposals = await ProposeAsync(roundId, headings, Start(Phase.Proposing), until, cancellation);
        if (content.Phase == Phase.Proposing)
            return;
        await EvaluateAsync(proposals, Start(Phase.Evaluating), Start(Phase.Voting), cancellation);
        clock.Now = Start(Phase.Voting).AddMinutes(1);
        await CarryOutAsync(roundId, cancellation);
        await VoteAsync(roundId, content.Phase == Phase.Voting ? now : Start(Phase.Counting), cancellation);
        if (content.Phase == Phase.Voting)
            return;
        clock.Now = Start(Phase.Counting).AddMinutes(1);
        await CarryOutAsync(roundId, cancellation);
        if (content.Phase == Phase.Counting)
            return;
        clock.Now = Start(Phase.Counting).AddDays(9);
        var asked = await Do<IConfirmations, long>(confirmations => confirmations.AskToPublishAsync(
            Acting("koordinaattori"), roundId, "Laskenta on tarkastettu", cancellation));
        clock.Now = clock.Now.AddHours(2);
        await Do<IConfirmations, Done>(confirmations => confirmations.ConfirmAsync(Acting("koordinaattori2"), asked, null, cancellation));
    }

    private async Task<List<(long Id, DemoFileProposal Content)>> ProposeAsync(
        long roundId, Dictionary<string, long> headings, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        List<(long, DemoFileProposal)> written = [];
        var step = (until - from) / (content.Proposals.Count + 1);
        foreach (var proposal in content.Proposals)
        {
            clock.Now = from + (step * (written.Count + 1));
            var writing = new byte[16];
            random.NextBytes(writing);
            var id = await Do<IProposals, long>(proposals => proposals.WriteAsync(accounts[proposal.Author], roundId,
                new(headings[proposal.Heading], proposal.Language, proposal.Title, proposal.Text, proposal.Place), new Guid(writing), cancellation));
            await Do<IProposals, Done>(proposals => proposals.SubmitAsync(accounts[proposal.Author], id, cancellation));
            _popularity[id] = proposal.Popularity;
            written.Add((id, proposal));
        }
        return written;
    }

    private async Task EvaluateAsync(
        List<(long Id, DemoFileProposal Content)> proposals, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var step = (until - from) / (proposals.Count + 1);
        clock.Now = from;
        foreach (var (id, proposal) in proposals)
        {
            clock.Now += step;
            var answer = proposal.Evaluation!;
            var cost = answer.CostEuros is { } euros ? new Money((long)(euros * 100)) : (Money?)null;
            await Do<IEvaluations, Done>(evaluations => evaluations.AnswerAsync(
                Acting("valmistelija"), id, new(answer.Feasible, cost, answer.Reason), cancellation));
        }
    }

    private async Task VoteAsync(long roundId, DateTimeOffset until, CancellationToken cancellation)
    {
        var sheets = await Do<IBallotSheets, IReadOnlyList<BallotSheet>>(async sheets => Outcome.Of(await sheets.OfRoundAsync(roundId, cancellation)));
        var count = 800 + random.Next(2_400);
        var voters = await Do<IElectorate, IReadOnlyList<Voter>>(electorate => electorate.AdmitImportedAsync(
            Actor.Platform, roundId, [.. Enumerable.Range(1, count).Select(number => $"{content.Slug} {number}")], cancellation));
        clock.Now = until.AddMinutes(-1);
        var box = services.GetRequiredService<IBallotBox>();
        List<Task<Outcome<StoredBallot>>> casts = [];
        foreach (var voter in voters)
        {
            List<HeadingChoices> choices = [.. sheets.Where((_, position) => position == 0 || random.Next(3) == 0)
                .Select(sheet => new HeadingChoices(sheet.HeadingId, sheet.Hash, Choose(sheet)))];
            var attempt = new byte[16];
            random.NextBytes(attempt);
            casts.Add(box.CastAsync(new(roundId, voter, choices, new Guid(attempt)), cancellation));
        }
        foreach (var cast in await Task.WhenAll(casts))
            Granted(cast);
    }

    // The more popular, the likelier; at least one choice, and nothing beyond the sheet's limits.
    private List<int> Choose(BallotSheet sheet)
    {
        List<int> chosen = [];
        var wanted = sheet.MaximumChoices is { } maximum ? 1 + random.Next(maximum) : sheet.Projects.Count;
        var candidates = sheet.Projects.ToList();
        var left = sheet.Money;
        while (chosen.Count < wanted)
        {
            if (sheet.BallotKind == BallotKind.Knapsack)
                candidates.RemoveAll(project => project.Cost > left);
            if (candidates.Count == 0)
                break;
            var point = random.Next(candidates.Sum(project => _popularity[project.ProposalId]));
            var next = candidates.First(project => (point -= _popularity[project.ProposalId]) < 0);
            candidates.Remove(next);
            chosen.Add(next.Number);
            left -= next.Cost;
        }
        return chosen;
    }

    // Whole days around today, at the hours officials keep: phases begin at eight in the morning, voting closes at eight in the evening.
    private List<PhasePeriod> Periods(DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(regions[content.Region].TimeZone);
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        (Phase Phase, int Day)[] plan = content.Phase switch
        {
            Phase.Proposing => [(Phase.Announced, -30), (Phase.Proposing, -14), (Phase.CoDeveloping, 21), (Phase.Evaluating, 35), (Phase.Voting, 70), (Phase.Counting, 91)],
            Phase.Voting => [(Phase.Announced, -120), (Phase.Proposing, -100), (Phase.CoDeveloping, -75), (Phase.Evaluating, -60), (Phase.Voting, -7), (Phase.Counting, 14)],
            Phase.Counting => [(Phase.Announced, -110), (Phase.Proposing, -95), (Phase.Evaluating, -60), (Phase.Voting, -22), (Phase.Counting, -1)],
            _ => [(Phase.Announced, -150), (Phase.Proposing, -130), (Phase.Evaluating, -95), (Phase.Voting, -50), (Phase.Counting, -29)],
        };
        var starts = plan
            .Select(entry => LocalTimes.Resolve(today.AddDays(entry.Day).AddHours(entry.Phase == Phase.Counting ? 20 : 8), zone, RepeatedHour.Earlier).Value)
            .ToList();
        return [.. plan.Select((entry, i) => new PhasePeriod(entry.Phase, starts[i], i + 1 < starts.Count ? starts[i + 1] : null))];
    }

    private Task<int> CarryOutAsync(long roundId, CancellationToken cancellation) =>
        Do<IPhaseDuties, int>(async duties => await duties.CarryOutAllAsync(roundId, cancellation));

    private async Task<T> Do<TService, T>(Func<TService, Task<Outcome<T>>> act)
        where TService : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return Granted(await act(scope.ServiceProvider.GetRequiredService<TService>()));
    }
}
