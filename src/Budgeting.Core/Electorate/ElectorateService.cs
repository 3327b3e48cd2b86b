using System.Globalization;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Electorate;

internal sealed class ElectorateService(
    BudgetingContext context, IAuthority authority, IBallotSheets sheets, RoundSecrets secrets, UnitOfWork work, RegisterKeys keys, IAttempts attempts,
    EntryLinks links, OpenRounds openRounds, FormerVoters formerVoters) : IElectorate
{
    public async Task<ElectorateRule> RuleAsync(long roundId, CancellationToken cancellation) =>
        (await context.Electorates.AsNoTracking().FirstOrDefaultAsync(stored => stored.RoundId == roundId, cancellation))?.ToRule() ?? ElectorateRule.Unset;

    public async Task<Outcome<Voter>> AdmitAsync(Actor actor, EntryPass? pass, long roundId, CancellationToken cancellation)
    {
        if (actor.AccountId is null && pass is null && (await RuleAsync(roundId, cancellation)).Basis == ElectorateBasis.Declared)
            return Refusal.Of("SignIn.Needed");
        var open = await OpenRoundAsync(roundId, cancellation);
        if (!open.Granted)
            return Outcome<Voter>.Refused(open.Refusals);
        var (round, rule, keys) = open.Value;
        if (round.Imported)
            return Refusal.Of("Electorate.Imported");
        if (rule.Basis == ElectorateBasis.Declared)
            return actor.AccountId is { } accountId ? await AdmitDeclaredAsync(accountId, rule, round, keys, cancellation) : Refusal.Of("SignIn.Needed");
        return pass?.RoundId == roundId && openRounds.Admit(pass) is { } voter
            ? voter
            : await AdmitEntryAsync(actor, pass, rule, round, keys, cancellation);
    }

    public Task<Outcome<EntryPass>> RedeemCodeAsync(long roundId, string code, string? address, CancellationToken cancellation) =>
        RedeemAsync(roundId, code, [(AttemptKind.CodeFromAddress, address ?? "")], cancellation);

    /// <summary>As <see cref="RedeemCodeAsync"/>, for whoever votes at a station.</summary>
    internal Task<Outcome<EntryPass>> RedeemAtStationAsync(long roundId, string code, long stationId, CancellationToken cancellation) =>
        RedeemAsync(roundId, code, [(AttemptKind.CodeAtStation, Number(stationId))], cancellation);

    private async Task<Outcome<EntryPass>> RedeemAsync(
        long roundId, string code, IReadOnlyList<(AttemptKind Kind, string Subject)> counts, CancellationToken cancellation)
    {
        var proved = await ProveAsync(roundId, code, counts, cancellation);
        if (!proved.Granted)
            return Outcome<EntryPass>.Refused(proved.Refusals);
        var (elector, live) = proved.Value;
        if (live.Kind == CodeKind.Letter)
            return new EntryPass(roundId, elector.Id, PassKind.Letter, Stamp(live.Code));
        // Good once: of two that send it at the same time, one deletes it.
        var taken = await context.ElectorCodes
            .Where(other => other.ElectorId == elector.Id && other.Kind == CodeKind.Assisted && other.Code == live.Code)
            .ExecuteDeleteAsync(cancellation);
        return taken == 1
            ? new EntryPass(roundId, elector.Id, PassKind.Assisted, Number(elector.PassSeries), Until: await work.NowAsync(cancellation) + EntryPass.AssistedLasts)
            : Refusal.Of("Electorate.CodeUnknown", "Code");
    }

    public async Task<Outcome<Done>> LinkAsync(Actor actor, long roundId, string code, string? address, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        var proved = await ProveAsync(
            roundId, code, [(AttemptKind.CodeFromAddress, address ?? ""), (AttemptKind.CodeByAccount, Number(accountId))], cancellation);
        if (!proved.Granted)
            return Outcome<Done>.Refused(proved.Refusals);
        var (elector, live) = proved.Value;
        if (live.Kind != CodeKind.Letter)
            return Refusal.Of("Electorate.LinkByLetter", "Code");
        return await links.LinkAsync(actor, elector.Id, accountId, LinkProof.Letter, "elector.linked", cancellation) switch
        {
            LinkState.Linked => Done.It,
            LinkState.Disputed => Refusal.Of("Electorate.Disputed", "Code"),
            LinkState.Kept => Refusal.Of("Electorate.LinkKept", "Code"),
            LinkState.AccountTaken => Refusal.Of("Electorate.AlreadyLinked", "Code"),
            _ => Refusal.Of("Electorate.CodeUnknown", "Code"),
        };
    }

    public async Task<IReadOnlyList<OwnLink>> LinksAsync(Actor actor, CancellationToken cancellation) =>
        actor.AccountId is { } accountId ? await links.OfAccountAsync(accountId, cancellation) : [];

    public Task<Outcome<string>> MakeDeskCodeAsync(Actor actor, CancellationToken cancellation) => links.MakeCodeAsync(actor, cancellation);

    public async Task<Outcome<IReadOnlyList<Voter>>> AdmitImportedAsync(
        Actor actor, long roundId, IReadOnlyList<string> references, CancellationToken cancellation)
    {
        var open = await OpenRoundAsync(roundId, cancellation);
        if (!open.Granted)
            return Outcome<IReadOnlyList<Voter>>.Refused(open.Refusals);
        var (round, _, keys) = open.Value;
        if (await authority.RefuseAsync(actor, round.RegionId, cancellation, Role.Administrator) is { } refusal)
            return refusal;
        var headings = Headings(round, _ => true);
        return Outcome.Of<IReadOnlyList<Voter>>([.. references.Select(reference => new Voter(keys($"imported {reference}"), headings))]);
    }

    /// <summary>The voter that an entry is, for the acts of a clerk.</summary>
    /// <returns>The voter, or <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>.</returns>
    internal async Task<Outcome<Voter>> AdmitAtDeskAsync(long roundId, Elector elector, CancellationToken cancellation)
    {
        var open = await OpenRoundAsync(roundId, cancellation);
        if (!open.Granted)
            return Outcome<Voter>.Refused(open.Refusals);
        return Refuse(elector) is { } reason
            ? reason
            : new Voter(open.Value.Keys(KeyOf(elector.Id)), Headings(open.Value.Round, _ => true));
    }

    /// <summary>
    /// Ends the sessions that clerks' codes of entries began, and the codes that would begin one: whoever was taken for the voter before goes on no longer. In the caller's transaction.
    /// </summary>
    internal static async Task EndAssistedAsync(BudgetingContext context, IReadOnlyCollection<long> entryIds, CancellationToken cancellation)
    {
        await context.ElectorCodes.Where(code => code.Kind == CodeKind.Assisted && entryIds.Contains(code.ElectorId)).ExecuteDeleteAsync(cancellation);
        await context.Electors.Where(elector => entryIds.Contains(elector.Id))
            .ExecuteUpdateAsync(row => row.SetProperty(elector => elector.PassSeries, elector => elector.PassSeries + 1), cancellation);
    }

    /// <summary>Why an entry does not vote; null when it does.</summary>
    internal static Refusal? Refuse(Elector elector) =>
        elector.HasLeft ? Refusal.Of("Electorate.HasLeft")
        : !elector.OfAge ? Refusal.Of("Electorate.UnderAge")
        : null;

    /// <summary>Whether a person is under protection order, by the register or by the e-identification of the account that is linked.</summary>
    internal static async Task<bool> IsProtectedAsync(BudgetingContext context, Elector elector, CancellationToken cancellation) =>
        elector.IsProtected || await context.ElectorAccounts.AnyAsync(
            link => link.ElectorId == elector.Id && context.AccountIdentities.Any(identity => identity.AccountId == link.AccountId && identity.IsProtected), cancellation);

    private async Task<Outcome<Voter>> AdmitDeclaredAsync(
        long accountId, ElectorateRule rule, Round round, Func<string, string> keys, CancellationToken cancellation)
    {
        var account = await context.Users.Where(account => account.Id == accountId && account.LeftAt == null)
            .Select(account => new { account.HomeRegionId, account.NormalizedEmail, account.EmailConfirmed }).FirstOrDefaultAsync(cancellation);
        if (account?.HomeRegionId is null || await context.Regions.FindAsync([account.HomeRegionId], cancellation) is not { } home)
            return Refusal.Of("Electorate.NoHomeRegion");
        var above = home.IdsFromRoot().ToList();
        if (!above.Contains(round.RegionId) || (rule.RegionIds.Count > 0 && !rule.RegionIds.Any(above.Contains)))
            return Refusal.Of("Electorate.NotInRegion");
        var votesAs = await formerVoters.VotesAsAsync(accountId, account.NormalizedEmail, account.EmailConfirmed, round, cancellation);
        if (!votesAs.Granted)
            return Outcome<Voter>.Refused(votesAs.Refusals);
        return new Voter(
            keys($"account {votesAs.Value}"), Headings(round, heading => above.Contains(heading.RegionId)),
            !rule.PublishesBands || await context.AccountIdentities.AnyAsync(identity => identity.AccountId == accountId && identity.IsProtected, cancellation)
                ? null : $"district={home.Slug};channel=online");
    }

    private async Task<Outcome<Voter>> AdmitEntryAsync(
        Actor actor, EntryPass? pass, ElectorateRule rule, Round round, Func<string, string> keys, CancellationToken cancellation)
    {
        // A dead pass is not passed over for the account: what is then kept with it would let it vote for its entry again.
        if (pass is not null && (pass.RoundId != round.Id || !await IsLiveAsync(pass, cancellation)))
            return Refusal.Of("Electorate.PassNeeded");
        var entryId = pass?.EntryId;
        if (entryId is null && actor.AccountId is { } accountId)
        {
            entryId = await context.ElectorAccounts
                .Where(link => link.RoundId == round.Id && link.AccountId == accountId).Select(link => (long?)link.ElectorId).FirstOrDefaultAsync(cancellation);
            if (entryId is null)
                return Refusal.Of("Electorate.NotLinked");
        }
        if (entryId is null
            || await context.Electors.AsNoTracking().FirstOrDefaultAsync(elector => elector.Id == entryId && elector.RoundId == round.Id, cancellation) is not { } elector)
            return Refusal.Of("Electorate.PassNeeded");
        if (Refuse(elector) is { } refusal)
            return refusal;
        var region = (await context.Regions.FindAsync([elector.RegionId], cancellation))!;
        var above = region.IdsFromRoot().ToList();
        return new Voter(
            keys(KeyOf(elector.Id)), Headings(round, heading => above.Contains(heading.RegionId)),
            !rule.PublishesBands || await IsProtectedAsync(context, elector, cancellation) ? null : Band(rule, elector, region, pass));
    }

    /// <summary>
    /// Finds the entry of a live code. Every code that is well written costs the same here: the counts, one hash, one look-up.
    /// </summary>
    private async Task<Outcome<(Elector Elector, ElectorCode Code)>> ProveAsync(
        long roundId, string code, IReadOnlyList<(AttemptKind Kind, string Subject)> counts, CancellationToken cancellation)
    {
        var open = await OpenRoundAsync(roundId, cancellation);
        if (!open.Granted)
            return Outcome<(Elector, ElectorCode)>.Refused(open.Refusals);
        if (open.Value.Rule.Basis != ElectorateBasis.Registered)
            return Refusal.Of("Electorate.NotRegistered");
        // Anyone can compute the check symbol, so that telling a slip of the pen helps nobody to guess.
        if (EntryCode.Read(code) is not { } symbols)
            return Refusal.Of("Electorate.CodeMistyped", "Code");
        var key = await keys.GetAsync(cancellation);
        Refusal? tooMany = null;
        foreach (var (kind, subject) in counts)
            tooMany = await attempts.CountAsync(kind, subject, cancellation) ?? tooMany;
        if (tooMany is not null)
            return tooMany;
        var hash = key.Code(roundId, symbols);
        var now = await work.NowAsync(cancellation);
        var found = await (
            from live in context.ElectorCodes.AsNoTracking()
            join elector in context.Electors.AsNoTracking() on live.ElectorId equals elector.Id
            where live.Code == hash
            select new { elector, live }).FirstOrDefaultAsync(cancellation);
        if (found is null || found.live.ExpiresAt <= now)
            return Refusal.Of("Electorate.CodeUnknown", "Code");
        if (await attempts.CountAsync(AttemptKind.CodeOfEntry, Number(found.elector.Id), cancellation) is { } often)
            return often;
        foreach (var (kind, subject) in counts)
            await attempts.ForgiveAsync(kind, subject, cancellation);
        return Refuse(found.elector) is { } reason ? reason : (found.elector, found.live);
    }

    private async Task<bool> IsLiveAsync(EntryPass pass, CancellationToken cancellation)
    {
        if (pass.Kind == PassKind.Assisted)
        {
            var series = await context.Electors.Where(elector => elector.Id == pass.EntryId).Select(elector => (int?)elector.PassSeries).FirstOrDefaultAsync(cancellation);
            return series is { } live && Number(live) == pass.Stamp && pass.Until > await work.NowAsync(cancellation);
        }
        var code = await context.ElectorCodes
            .Where(code => code.ElectorId == pass.EntryId && code.Kind == CodeKind.Letter).Select(code => code.Code).FirstOrDefaultAsync(cancellation);
        return code is not null && Stamp(code) == pass.Stamp;
    }

    private async Task<Outcome<OpenRound>> OpenRoundAsync(long roundId, CancellationToken cancellation)
    {
        if (openRounds.Find(roundId) is { } known)
            return known;
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round?.Schedule.PhaseAt(await work.NowAsync(cancellation)) is not { } phase)
            return Refusal.NotFound;
        if (phase < Phase.Voting)
            return Refusal.Of("Voting.NotOpenYet");
        if (phase > Phase.Voting)
            return Refusal.Of("Voting.Closed");
        await sheets.OfRoundAsync(roundId, cancellation);
        // By the clock they vote: without a secret it is because somebody closed since, or because opening still has to be done.
        if (await secrets.KeysAsync(roundId, cancellation) is not { } voterKeys)
            return Refusal.Of(await context.Rounds.AnyAsync(closed => closed.Id == roundId && closed.BallotsAtClosing != null, cancellation) ? "Voting.Closed" : "Voting.NotOpenYet");
        var open = new OpenRound(round, await RuleAsync(roundId, cancellation), voterKeys);
        openRounds.Keep(open);
        return open;
    }

    // One entry, one voter key, whatever proved it.
    internal static string KeyOf(long entryId) => $"entry {Number(entryId)}";

    private static string Stamp(byte[] code) => Convert.ToHexStringLower(code.AsSpan(0, 8));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Of people under protection order there is none: a band of their own kind would mark them. They are among those whose band is not shown.
    private static string Band(ElectorateRule rule, Elector elector, Region region, EntryPass? pass)
    {
        // Only the year of birth is known: the age is the one reached in the course of the year.
        var age = (rule.AgeOn!.Value.Year - elector.BirthYear) switch
        {
            < 18 => "under-18",
            < 30 => "18-29",
            < 45 => "30-44",
            < 65 => "45-64",
            _ => "65+",
        };
        var channel = pass?.Kind switch { PassKind.Letter => "letter", PassKind.Assisted => "assisted", _ => "online" };
        return $"age={age};district={region.Slug};channel={channel}";
    }

    private static IReadOnlyList<long> Headings(Round round, Func<Heading, bool> open) =>
        [.. round.Headings.Where(open).OrderBy(heading => heading.Position).Select(heading => heading.Id)];
}
