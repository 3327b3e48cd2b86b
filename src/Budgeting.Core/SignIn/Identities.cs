using System.Security.Cryptography;
using System.Text.Json;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.SignIn;

/// <summary>An account's link to a provider's word for its owner.</summary>
internal sealed class AccountIdentity
{
    /// <summary>Issuer and subject under the register key; what they were cannot be told from this.</summary>
    public required byte[] Subject { get; init; }

    public required long AccountId { get; init; }

    public required string Provider { get; init; }

    /// <summary>Whether the provider said at the last identification that the person's place of living must not be told.</summary>
    public bool IsProtected { get; set; }

    public required DateTimeOffset LinkedAt { get; init; }
}

internal sealed class AccountIdentityMapping : IEntityTypeConfiguration<AccountIdentity>
{
    public void Configure(EntityTypeBuilder<AccountIdentity> table)
    {
        table.ToTable("account_identities");
        // An identity opens one account, and an account has one of a provider.
        table.HasKey(identity => identity.Subject);
        table.HasIndex(identity => new { identity.AccountId, identity.Provider }).IsUnique();
        table.Property(identity => identity.Provider).HasMaxLength(40);
        table.HasOne<Account>().WithMany().HasForeignKey(identity => identity.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class Identities(
    BudgetingContext context, UnitOfWork work, RegisterKeys keys, EntryLinks links, IAccounts accounts, Outbox outbox, WaysInGuard guard, LiveAccounts live,
    IDataProtectionProvider protection) : IIdentities
{
    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.Identification");

    public async Task<Identified> IdentifyAsync(Identification identification, CancellationToken cancellation)
    {
        var proof = new Proof(
            identification.Provider,
            (await keys.GetAsync(cancellation)).Identity(identification.Issuer, identification.Subject),
            string.IsNullOrWhiteSpace(identification.Identifier) ? [] : await links.FindAsync(identification.Identifier, cancellation),
            identification.IsProtected ? null : identification.Name,
            identification.IsProtected,
            await work.NowAsync(cancellation));
        return await ViewAsync(Base64UrlTextEncoder.Encode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(proof))), proof, cancellation);
    }

    public async Task<Outcome<Identified>> LookAsync(string proof, CancellationToken cancellation) =>
        await OpenAsync(proof, cancellation) is { } opened ? await ViewAsync(proof, opened, cancellation) : Refusal.Of("Identity.Stale");

    public async Task<Outcome<IdentityUse>> SignInAsync(string proof, CancellationToken cancellation)
    {
        if (await OpenAsync(proof, cancellation) is not { } opened)
            return Refusal.Of("Identity.Stale");
        if (await OwnerAsync(opened, cancellation) is not { } accountId)
            return Refusal.Of("Identity.Unknown");
        return await UseAsync(Actor.Person(accountId), opened, accountId, cancellation);
    }

    public async Task<Outcome<IdentityUse>> LinkAsync(Actor actor, string proof, string language, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await guard.RefuseAsync(actor, cancellation) is { } guarded)
            return guarded;
        if (await OpenAsync(proof, cancellation) is not { } opened)
            return Refusal.Of("Identity.Stale");
        outbox.Ready();
        await using (var transaction = await work.BeginAsync(Lock(opened), cancellation))
        {
            if (await live.HoldAsync(actor, cancellation) is not { } account)
                return Refusal.Of("SignIn.Needed");
            if (await OwnerAsync(opened, cancellation) is { } owner)
            {
                if (owner != accountId)
                    return Refusal.Of("Identity.Taken");
            }
            else
            {
                if (await context.AccountIdentities.AnyAsync(known => known.AccountId == accountId && known.Provider == opened.Provider, cancellation))
                    return Refusal.Of("Identity.Another");
                context.Add(await RowAsync(opened, accountId, cancellation));
                outbox.Tell(MessageKind.SignInChanged, account, MessageText.IdentityLinked(account.Language ?? language), await work.NowAsync(cancellation), SignInNotice.Useful);
                await context.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
                outbox.Ring();
            }
        }
        return await UseAsync(actor, opened, accountId, cancellation);
    }

    public async Task<Outcome<IdentityUse>> OpenAccountAsync(string proof, NewAccount account, CancellationToken cancellation)
    {
        if (await OpenAsync(proof, cancellation) is not { } opened)
            return Refusal.Of("Identity.Stale");
        if (await accounts.CheckAsync(account, cancellation) is { Count: > 0 } refusals)
            return Outcome<IdentityUse>.Refused(refusals);
        Account owner;
        await using (var transaction = await work.BeginAsync(Lock(opened), cancellation))
        {
            if (await OwnerAsync(opened, cancellation) is not null)
                return Refusal.Of("Identity.Taken");
            context.Add(owner = Accounts.New(account, confirmed: false));
            if (!await Accounts.SaveAsync(context, cancellation))
                return Refusal.Of("Account.EmailTaken", nameof(NewAccount.Email));
            context.Add(await RowAsync(opened, owner.Id, cancellation));
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        return await UseAsync(Actor.Person(owner.Id), opened, owner.Id, cancellation);
    }

    public async Task<IReadOnlyList<IdentityView>> ListAsync(Actor actor, CancellationToken cancellation) => actor.AccountId is not { } accountId ? [] :
        await context.AccountIdentities.Where(identity => identity.AccountId == accountId).OrderBy(identity => identity.Provider)
            .Select(identity => new IdentityView(identity.Provider, identity.LinkedAt)).ToListAsync(cancellation);

    public async Task<Outcome<Done>> UnlinkAsync(Actor actor, string provider, string language, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await guard.RefuseAsync(actor, cancellation) is { } guarded)
            return guarded;
        outbox.Ready();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        var linked = await context.AccountIdentities.Where(identity => identity.AccountId == accountId).ToListAsync(cancellation);
        if (linked.Find(identity => identity.Provider == provider) is not { } unlinked)
            return Done.It;
        if (linked.Count == 1 && !(account.EmailConfirmed && outbox.Carries(MessageChannel.Email))
            && !await context.UserPasskeys.AnyAsync(passkey => passkey.UserId == accountId, cancellation)
            && !await context.RecoveryCodes.AnyAsync(code => code.AccountId == accountId, cancellation))
            return Refusal.Of("Identity.LastWayIn");
        context.Remove(unlinked);
        outbox.Tell(MessageKind.SignInChanged, account, MessageText.IdentityUnlinked(account.Language ?? language), await work.NowAsync(cancellation), SignInNotice.Useful);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Done.It;
    }

    private async Task<IdentityUse> UseAsync(Actor actor, Proof proof, long accountId, CancellationToken cancellation)
    {
        await context.AccountIdentities.Where(identity => identity.Subject == proof.Subject && identity.IsProtected != proof.IsProtected)
            .ExecuteUpdateAsync(row => row.SetProperty(identity => identity.IsProtected, proof.IsProtected), cancellation);
        List<LinkState> states = [];
        foreach (var entryId in proof.Entries)
        {
            // An entry can be gone by now, with the register it stood in.
            if (await links.LinkAsync(actor, entryId, accountId, LinkProof.Identification, "elector.linked", cancellation) is { } state)
                states.Add(state);
        }
        return new(accountId, states.Count(state => state == LinkState.Linked), states.Count(state => state == LinkState.Disputed), states.Count(state => state == LinkState.Kept));
    }

    private async Task<Identified> ViewAsync(string sealedProof, Proof proof, CancellationToken cancellation) =>
        new(sealedProof, proof.Provider, await OwnerAsync(proof, cancellation), proof.Name, proof.Entries.Count);

    private Task<long?> OwnerAsync(Proof proof, CancellationToken cancellation) => context.AccountIdentities
        .Where(identity => identity.Subject == proof.Subject).Select(identity => (long?)identity.AccountId).FirstOrDefaultAsync(cancellation);

    private async Task<AccountIdentity> RowAsync(Proof proof, long accountId, CancellationToken cancellation) => new()
    {
        Subject = proof.Subject, AccountId = accountId, Provider = proof.Provider, IsProtected = proof.IsProtected, LinkedAt = await work.NowAsync(cancellation),
    };

    private async Task<Proof?> OpenAsync(string proof, CancellationToken cancellation)
    {
        try
        {
            var opened = JsonSerializer.Deserialize<Proof>(_protector.Unprotect(Base64UrlTextEncoder.Decode(proof)));
            return opened is not null && opened.At.AddMinutes(Identified.Minutes) > await work.NowAsync(cancellation) ? opened : null;
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException or JsonException)
        {
            // Made up, cut off, or by a key that is gone.
            return null;
        }
    }

    private static string Lock(Proof proof) => $"identity {Convert.ToHexStringLower(proof.Subject)}";

    private sealed record Proof(string Provider, byte[] Subject, IReadOnlyList<long> Entries, string? Name, bool IsProtected, DateTimeOffset At);
}
