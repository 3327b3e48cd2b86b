using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Electorate;

internal sealed class ElectorateService(
    BudgetingContext context, IAuthority authority, IBallotSheets sheets, RoundSecrets secrets, UnitOfWork work) : IElectorate
{
    public async Task<Outcome<Voter>> AdmitAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await OpenRoundAsync(roundId, cancellation) is var (round, keys, refusal) && refusal is not null)
            return refusal;
        if (round!.Imported)
            return Refusal.Of("Electorate.Imported");
        var homeId = await context.Users.Where(account => account.Id == accountId).Select(account => account.HomeRegionId).FirstOrDefaultAsync(cancellation);
        if (homeId is null || await context.Regions.FindAsync([homeId], cancellation) is not { } home)
            return Refusal.Of("Electorate.NoHomeRegion");
        var above = home.IdsFromRoot().ToList();
        if (!above.Contains(round.RegionId))
            return Refusal.Of("Electorate.NotInRegion");
        return new Voter(keys!($"account {accountId}"), Headings(round, heading => above.Contains(heading.RegionId)));
    }

    public async Task<Outcome<IReadOnlyList<Voter>>> AdmitImportedAsync(
        Actor actor, long roundId, IReadOnlyList<string> references, CancellationToken cancellation)
    {
        if (await OpenRoundAsync(roundId, cancellation) is var (round, keys, refusal) && refusal is not null)
            return refusal;
        if (!await authority.HoldsAsync(actor, round!.RegionId, cancellation, Role.Administrator))
            return Refusal.Forbidden;
        var headings = Headings(round, _ => true);
        return Outcome.Of<IReadOnlyList<Voter>>([.. references.Select(reference => new Voter(keys!($"imported {reference}"), headings))]);
    }

    private async Task<(Round? Round, Func<string, string>? Keys, Refusal? Refusal)> OpenRoundAsync(long roundId, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round?.Schedule.PhaseAt(await work.NowAsync(cancellation)) is not { } phase)
            return (null, null, Refusal.NotFound);
        if (phase < Phase.Voting)
            return (null, null, Refusal.Of("Voting.NotOpenYet"));
        if (phase > Phase.Voting)
            return (null, null, Refusal.Of("Voting.Closed"));
        await sheets.OfRoundAsync(roundId, cancellation);
        return await secrets.KeysAsync(roundId, cancellation) is { } keys
            ? (round, keys, null)
            : (null, null, Refusal.Of("Voting.Closed"));
    }

    private static IReadOnlyList<long> Headings(Round round, Func<Heading, bool> open) =>
        [.. round.Headings.Where(open).OrderBy(heading => heading.Position).Select(heading => heading.Id)];
}
