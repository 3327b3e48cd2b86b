using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.SignIn;

internal sealed class Passkeys(BudgetingContext context, UnitOfWork work, Outbox outbox, WaysInGuard guard, LiveAccounts live) : IPasskeys
{
    private const int Most = 20;

    public async Task<IReadOnlyList<PasskeyView>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return [];
        var passkeys = await context.UserPasskeys.AsNoTracking().Where(passkey => passkey.UserId == accountId).ToListAsync(cancellation);
        var ids = passkeys.Select(passkey => passkey.CredentialId).ToList();
        var uses = await context.PasskeyUses.AsNoTracking().Where(use => ids.Contains(use.CredentialId)).ToListAsync(cancellation);
        return [.. passkeys.OrderBy(passkey => passkey.Data.CreatedAt).Select(passkey => new PasskeyView(
            Base64Url.EncodeToString(passkey.CredentialId), passkey.Data.Name ?? "", passkey.Data.CreatedAt,
            uses.FirstOrDefault(use => use.CredentialId.AsSpan().SequenceEqual(passkey.CredentialId))?.UsedAt, passkey.Data.IsBackedUp))];
    }

    public async Task<Outcome<Done>> CheckChangeAsync(Actor actor, CancellationToken cancellation) =>
        await guard.RefuseAsync(actor, cancellation) is { } refusal ? refusal : Done.It;

    public async Task<Outcome<string>> AddAsync(Actor actor, UserPasskeyInfo passkey, string name, string language, CancellationToken cancellation)
    {
        if (Named(name) is { } refusal)
            return refusal;
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await guard.RefuseAsync(actor, cancellation) is { } guarded)
            return guarded;
        outbox.Ready();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        if (await context.UserPasskeys.CountAsync(known => known.UserId == accountId, cancellation) >= Most)
            return Refusal.Of("Passkey.TooMany", null, Most);
        if (await context.UserPasskeys.AnyAsync(known => known.CredentialId == passkey.CredentialId, cancellation))
            return Refusal.Of("Passkey.Stale");
        passkey.Name = name.Trim();
        context.Add(Row(accountId, passkey));
        context.Add(new PasskeyUse { CredentialId = passkey.CredentialId });
        outbox.Tell(MessageKind.SignInChanged, account, MessageText.PasskeyAdded(account.Language ?? language), await work.NowAsync(cancellation), SignInNotice.Useful);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Base64Url.EncodeToString(passkey.CredentialId);
    }

    public async Task<Outcome<Done>> RenameAsync(Actor actor, string id, string name, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is null)
            return Refusal.Of("SignIn.Needed");
        if (await FindAsync(accountId, id, cancellation) is not { } passkey)
            return Refusal.NotFound;
        if (Named(name) is { } refusal)
            return refusal;
        passkey.Data.Name = name.Trim();
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> RemoveAsync(Actor actor, string id, string language, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await guard.RefuseAsync(actor, cancellation) is { } guarded)
            return guarded;
        outbox.Ready();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        if (await FindAsync(accountId, id, cancellation) is not { } passkey)
            return Refusal.NotFound;
        var others = await context.UserPasskeys.CountAsync(known => known.UserId == accountId, cancellation) - 1;
        var byLink = account.EmailConfirmed && outbox.Carries(MessageChannel.Email);
        if (others == 0 && !byLink && !await context.AccountIdentities.AnyAsync(identity => identity.AccountId == accountId, cancellation)
            && !await context.RecoveryCodes.AnyAsync(code => code.AccountId == accountId, cancellation))
            return Refusal.Of("Passkey.LastWayIn");
        context.Remove(passkey);
        outbox.Tell(MessageKind.SignInChanged, account, MessageText.PasskeyRemoved(account.Language ?? language), await work.NowAsync(cancellation), SignInNotice.Useful);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Done.It;
    }

    public async Task<Outcome<Done>> UseAsync(long accountId, UserPasskeyInfo used, byte[] challenge, DateTimeOffset challengedAt, CancellationToken cancellation)
    {
        var hash = SHA256.HashData(challenge);
        // Identity has read the passkey in this scope; what counts is what stands there under the lock.
        context.ChangeTracker.Clear();
        await using var transaction = await work.BeginAsync(Accounts.Lock(accountId), cancellation);
        var passkey = await context.UserPasskeys.FirstOrDefaultAsync(
            known => known.UserId == accountId && known.CredentialId == used.CredentialId, cancellation);
        if (passkey is null)
            return Refusal.Of("Passkey.Stale");
        // Identity compared the counter with what it had read; somebody may have been faster. Authenticators that count nothing answer zero.
        if (used.SignCount <= passkey.Data.SignCount && (used.SignCount != 0 || passkey.Data.SignCount != 0))
            return Refusal.Of("Passkey.Stale");
        if (await context.PasskeyUses.FindAsync([used.CredentialId], cancellation) is not { } use)
            context.Add(use = new() { CredentialId = used.CredentialId });
        if (use.ChallengedAt > challengedAt || use.Challenge is { } last && CryptographicOperations.FixedTimeEquals(last, hash))
            return Refusal.Of("Passkey.Stale");
        (use.UsedAt, use.ChallengedAt, use.Challenge) = (await work.NowAsync(cancellation), challengedAt, hash);
        (passkey.Data.SignCount, passkey.Data.IsBackedUp) = (used.SignCount, used.IsBackedUp);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    /// <summary>A passkey as Identity keeps it.</summary>
    public static IdentityUserPasskey<long> Row(long accountId, UserPasskeyInfo passkey) => new()
    {
        UserId = accountId,
        CredentialId = passkey.CredentialId,
        Data = new()
        {
            PublicKey = passkey.PublicKey, Name = passkey.Name, CreatedAt = passkey.CreatedAt, SignCount = passkey.SignCount, Transports = passkey.Transports,
            IsUserVerified = passkey.IsUserVerified, IsBackupEligible = passkey.IsBackupEligible, IsBackedUp = passkey.IsBackedUp,
            AttestationObject = passkey.AttestationObject, ClientDataJson = passkey.ClientDataJson,
        },
    };

    private static Refusal? Named(string name) => Validation.Fits(name, 1, 60) ? null : Refusal.Of("Passkey.Name", "Name", 1, 60);

    private async Task<IdentityUserPasskey<long>?> FindAsync(long accountId, string id, CancellationToken cancellation)
    {
        var credential = new byte[Base64Url.GetMaxDecodedLength(id.Length)];
        if (Base64Url.DecodeFromChars(id, credential, out _, out var length) != OperationStatus.Done)
            return null;
        Array.Resize(ref credential, length);
        return await context.UserPasskeys.FirstOrDefaultAsync(known => known.UserId == accountId && known.CredentialId == credential, cancellation);
    }
}

internal static class SignInNotice
{
    /// <summary>How long a notice is worth sending.</summary>
    public static readonly TimeSpan Useful = TimeSpan.FromDays(3);
}
