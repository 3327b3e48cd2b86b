using System.Globalization;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Electorate;

/// <summary>A claim to an entry that is linked to another account.</summary>
internal sealed class LinkClaim
{
    public long Id { get; init; }

    public long ElectorId { get; init; }

    /// <summary>The account that claims the entry.</summary>
    public long AccountId { get; init; }

    public LinkProof Proof { get; init; }

    public DateTimeOffset RaisedAt { get; init; }

    public DisputeDecision? Decision { get; private set; }

    public string? Reason { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>Who decided; null also when their account is gone.</summary>
    public long? DecidedById { get; private set; }

    public void Decide(DisputeDecision decision, string reason, long? byId, DateTimeOffset now) =>
        (Decision, Reason, DecidedById, DecidedAt) = (decision, reason.Trim(), byId, now);
}

/// <summary>The code by which a clerk finds the account of the person at the desk, hashed.</summary>
internal sealed class DeskCode
{
    public required long AccountId { get; init; }

    public required byte[] Code { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class LinkClaimMapping : IEntityTypeConfiguration<LinkClaim>
{
    public const string DecidedWhole = "(decision IS NULL) = (reason IS NULL) AND (decision IS NULL) = (decided_at IS NULL) AND (decided_by_id IS NULL OR decision IS NOT NULL)";
    public const string NotOneself = "decided_by_id IS NULL OR decided_by_id <> account_id";
    public const string Open = "decision IS NULL";

    public void Configure(EntityTypeBuilder<LinkClaim> table)
    {
        table.ToTable("link_claims", check =>
        {
            check.HasCheckConstraint("ck_link_claims_decided_whole", DecidedWhole);
            check.HasCheckConstraint("ck_link_claims_not_oneself", NotOneself);
        });
        table.Property(claim => claim.Proof).HasConversion<string>();
        table.Property(claim => claim.Decision).HasConversion<string>();
        // One open claim of an account to an entry.
        table.HasIndex(claim => new { claim.ElectorId, claim.AccountId }).IsUnique().HasFilter(Open);
        table.HasIndex(claim => claim.AccountId);
        table.HasIndex(claim => claim.DecidedById);
        table.HasOne<Elector>().WithMany().HasForeignKey(claim => claim.ElectorId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Account>().WithMany().HasForeignKey(claim => claim.AccountId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Account>().WithMany().HasForeignKey(claim => claim.DecidedById).OnDelete(DeleteBehavior.SetNull);
    }
}

internal sealed class DeskCodeMapping : IEntityTypeConfiguration<DeskCode>
{
    public void Configure(EntityTypeBuilder<DeskCode> table)
    {
        table.ToTable("desk_codes");
        table.HasKey(code => code.AccountId);
        table.Property(code => code.AccountId).ValueGeneratedNever();
        table.HasIndex(code => code.Code).IsUnique();
        table.HasOne<Account>().WithOne().HasForeignKey<DeskCode>(code => code.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Links accounts to entries, whatever proved that they belong together; where they cannot be, a claim is made.</summary>
internal sealed class EntryLinks(BudgetingContext context, UnitOfWork work, RegisterKeys keys, Randomness randomness, LiveAccounts live, AuditTrail audit)
{
    // 35 random bits, for clerks alone, whose searches are counted, and for twenty minutes.
    private const int CodeLength = 7;
    private const int CodeGroups = 4;
    private static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(20);

    /// <summary>The entries of a person in the registers of open and coming rounds.</summary>
    public async Task<IReadOnlyList<long>> FindAsync(string identifier, CancellationToken cancellation)
    {
        var key = await keys.GetAsync(cancellation);
        var hashes = (await RoundsAsync(cancellation)).Select(round => key.Identifier(round.Id, identifier.Trim().ToUpperInvariant())).ToList();
        // The round's number is in the hash, so that it finds an entry of that round alone.
        return await context.Electors.Where(elector => hashes.Contains(elector.Identifier)).OrderBy(elector => elector.Id).Select(elector => elector.Id).ToListAsync(cancellation);
    }

    /// <summary>Links an account to an entry, or claims the entry for it. The log says that an account was linked, and not to whom.</summary>
    /// <param name="actor">Who links it.</param>
    /// <param name="entryId">The entry.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="proof">What proved that they belong together.</param>
    /// <param name="act">How the log names it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <param name="tell">Writes the message about it into the same transaction.</param>
    /// <returns>How it stands; null when there is no such entry, or no such account any more.</returns>
    public async Task<LinkState?> LinkAsync(Actor actor, long entryId, long accountId, LinkProof proof, string act, CancellationToken cancellation, Func<Task>? tell = null)
    {
        if (await context.Electors.Where(elector => elector.Id == entryId).Select(elector => (long?)elector.RoundId).FirstOrDefaultAsync(cancellation) is not { } roundId)
            return null;
        await using var transaction = await work.BeginAsync(Lock(roundId), cancellation);
        if (await (actor.AccountId == accountId ? live.HoldAsync(actor, cancellation) : live.HoldAsync(accountId, cancellation)) is null)
            return null;
        var links = await OfAsync(roundId, entryId, accountId, cancellation);
        if (links.Exists(link => link.ElectorId == entryId && link.AccountId == accountId))
            return LinkState.Linked;
        var subject = proof == LinkProof.Document ? EntrySubject(roundId, entryId) : RoundSubject(roundId);
        if (links.Count == 0)
        {
            context.Add(new ElectorAccount { RoundId = roundId, AccountId = accountId, ElectorId = entryId, Proof = proof });
            if (tell is not null)
                await tell();
            await audit.AppendAsync(actor, act, subject, new { }, cancellation);
            await transaction.CommitAsync(cancellation);
            return LinkState.Linked;
        }
        // Whoever has the letter votes by its code; a free entry is nobody's to dispute over.
        if (proof == LinkProof.Letter && !links.Exists(link => link.ElectorId == entryId))
            return LinkState.AccountTaken;
        var claims = await context.LinkClaims.AsNoTracking().Where(claim => claim.ElectorId == entryId && claim.AccountId == accountId).OrderBy(claim => claim.Id).ToListAsync(cancellation);
        if (claims.LastOrDefault() is { Decision: not DisputeDecision.Moved } last)
            return last.Decision is null ? LinkState.Disputed : LinkState.Kept;
        context.Add(new LinkClaim { ElectorId = entryId, AccountId = accountId, Proof = proof, RaisedAt = await work.NowAsync(cancellation) });
        await audit.AppendAsync(actor, "elector.disputed", subject, new { }, cancellation);
        await transaction.CommitAsync(cancellation);
        return LinkState.Disputed;
    }

    /// <summary>The links that stand where an account is to be linked to an entry.</summary>
    public Task<List<ElectorAccount>> OfAsync(long roundId, long entryId, long accountId, CancellationToken cancellation) => context.ElectorAccounts.AsNoTracking()
        .Where(link => link.ElectorId == entryId || (link.RoundId == roundId && link.AccountId == accountId)).ToListAsync(cancellation);

    /// <summary>How an account stands in open and coming rounds.</summary>
    public async Task<IReadOnlyList<OwnLink>> OfAccountAsync(long accountId, CancellationToken cancellation)
    {
        List<OwnLink> own = [];
        foreach (var round in await RoundsAsync(cancellation))
        {
            var link = await context.ElectorAccounts.AsNoTracking().FirstOrDefaultAsync(link => link.RoundId == round.Id && link.AccountId == accountId, cancellation);
            var claim = await context.LinkClaims.AsNoTracking()
                .Where(claim => claim.AccountId == accountId && context.Electors.Any(elector => elector.Id == claim.ElectorId && elector.RoundId == round.Id))
                .OrderByDescending(claim => claim.Id).FirstOrDefaultAsync(cancellation);
            if (claim is { Decision: null })
                own.Add(new(round.Id, round.Title, LinkState.Disputed, claim.Proof));
            else if (link is not null)
                own.Add(new(round.Id, round.Title, LinkState.Linked, link.Proof));
            else if (claim is { Decision: DisputeDecision.Kept })
                own.Add(new(round.Id, round.Title, LinkState.Kept, claim.Proof));
        }
        return own;
    }

    /// <summary>Makes a code by which a clerk finds an account; an earlier one dies.</summary>
    /// <returns>The code, or <c>SignIn.Needed</c>.</returns>
    public async Task<Outcome<string>> MakeCodeAsync(Actor actor, CancellationToken cancellation)
    {
        var key = await keys.GetAsync(cancellation);
        var symbols = CheckedCode.Random(randomness, CodeLength);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is not { Id: var accountId })
            return Refusal.Of("SignIn.Needed");
        await context.DeskCodes.Where(code => code.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        context.Add(new DeskCode { AccountId = accountId, Code = key.DeskCode(symbols), ExpiresAt = await work.NowAsync(cancellation) + CodeLasts });
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return CheckedCode.Write(symbols, CodeGroups);
    }

    /// <summary>The account a clerk means: by its live code, or by an address that its owner has confirmed; null when there is none.</summary>
    public async Task<Account?> AccountAsync(string typed, CancellationToken cancellation)
    {
        if (CheckedCode.Read(typed, CodeLength) is { } symbols)
        {
            var hash = (await keys.GetAsync(cancellation)).DeskCode(symbols);
            var now = await work.NowAsync(cancellation);
            return await context.Users.AsNoTracking().FirstOrDefaultAsync(
                account => context.DeskCodes.Any(code => code.AccountId == account.Id && code.Code == hash && code.ExpiresAt > now), cancellation);
        }
        return EmailAddress.Parse(typed) is { } address
            ? await context.Users.AsNoTracking().FirstOrDefaultAsync(account => account.NormalizedEmail == address.Key && account.EmailConfirmed, cancellation)
            : null;
    }

    /// <summary>The lock under which accounts are linked in a round.</summary>
    public static string Lock(long roundId) => $"links {Number(roundId)}";

    public static string RoundSubject(long roundId) => $"round {Number(roundId)}";

    public static string EntrySubject(long roundId, long entryId) => $"round {Number(roundId)} entry {Number(entryId)}";

    private async Task<IReadOnlyList<Round>> RoundsAsync(CancellationToken cancellation)
    {
        var now = await work.NowAsync(cancellation);
        var registered = await context.Rounds.AsNoTracking().Where(round => !round.Imported
            && context.Electorates.Any(electorate => electorate.RoundId == round.Id && electorate.Basis == ElectorateBasis.Registered)).ToListAsync(cancellation);
        return [.. registered.Where(round => round.Schedule.PhaseAt(now) is <= Phase.Voting).OrderBy(round => round.Id)];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
