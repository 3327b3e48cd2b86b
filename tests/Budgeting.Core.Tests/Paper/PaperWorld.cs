using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Tests.Paper;

/// <summary>A round with paper ballots: three clerks, a coordinator, and short words for typing.</summary>
public sealed class PaperWorld : IAsyncDisposable
{
    private PaperWorld(World world) => World = world;

    public World World { get; }

    public long RoundId { get; private set; }

    public BallotSheet Sheet { get; private set; } = null!;

    public Actor Anna { get; private set; } = Actor.Visitor;

    public Actor Bertta { get; private set; } = Actor.Visitor;

    public Actor Cecilia { get; private set; } = Actor.Visitor;

    public Actor Coordinator => World.Official;

    public static async Task<PaperWorld> CreateAsync(
        DatabaseKind kind, BallotKind ballot = BallotKind.Approval, int maximum = 3, long euros = 100, params IReadOnlyList<long> costs)
    {
        var paper = new PaperWorld(await World.CreateAsync(kind));
        (paper.RoundId, paper.Sheet) = await paper.World.VotingAsync(ballot, maximum, euros, costs.Count > 0 ? costs : [10, 20, 30, 40, 50, 60]);
        paper.Anna = await paper.ClerkAsync("anna");
        paper.Bertta = await paper.ClerkAsync("bertta");
        paper.Cecilia = await paper.ClerkAsync("cecilia");
        return paper;
    }

    public async Task<Actor> ClerkAsync(string name, Role role = Role.Clerk, long? regionId = null)
    {
        var clerk = await World.PersonAsync(name, World.TownId);
        await World.GrantAsync(clerk, role, regionId);
        return clerk;
    }

    public Task<T> Do<T>(Func<IPaperBallots, Task<T>> act) => World.Do(act);

    public async Task IssueAsync(int papers)
    {
        foreach (var voter in await World.AdmitManyAsync(RoundId, papers))
            Assert.True((await World.BallotBox.IssuePaperAsync(RoundId, voter, Guid.NewGuid(), default)).Granted);
    }

    public async Task<long> BatchAsync(int papers, string place = "Kirjasto") =>
        (await Do(paper => paper.OpenBatchAsync(Anna, RoundId, new(place, papers), default))).Value;

    public PaperEntry Choose(params IReadOnlyList<int> projects) => new([new(Sheet.HeadingId, projects)]);

    public Task<Outcome<Typed>> TypeAsync(Actor clerk, long batchId, Typing typing, int number, PaperEntry entry) =>
        Do(paper => paper.TypeAsync(clerk, batchId, typing, number, entry, default));

    /// <summary>Types papers alike in both typings.</summary>
    public async Task TypeTwiceAsync(long batchId, params IReadOnlyList<PaperEntry> papers)
    {
        foreach (var (clerk, typing) in new[] { (Anna, Typing.First), (Bertta, Typing.Second) })
        {
            for (var i = 0; i < papers.Count; i++)
                Assert.True((await TypeAsync(clerk, batchId, typing, i + 1, papers[i])).Granted);
        }
    }

    /// <summary>A clean batch.</summary>
    public async Task<long> CleanBatchAsync(string place, params IReadOnlyList<PaperEntry> papers)
    {
        var batchId = await BatchAsync(papers.Count, place);
        await TypeTwiceAsync(batchId, papers);
        Assert.Equal(PaperBatchState.Clean, (await BatchViewAsync(batchId)).State);
        return batchId;
    }

    public async Task<PaperBatchView> BatchViewAsync(long batchId) => (await Do(paper => paper.FindBatchAsync(Anna, batchId, default))).Value;

    public async Task<PaperRound> ViewAsync() => (await Do(paper => paper.FindAsync(Anna, RoundId, default))).Value;

    public Task<Outcome<Done>> ReconcileAsync(int notReturned = 0, string? reason = null, Actor? by = null) =>
        Do(paper => paper.ReconcileAsync(by ?? Coordinator, RoundId, notReturned, reason, default));

    /// <summary>Ends voting and does what follows by itself.</summary>
    public async Task CloseAsync()
    {
        World.TravelTo(Phase.Counting);
        await World.CarryOutAllAsync(RoundId);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
