using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.SignIn;

internal sealed class OneTimeLinks(
    BudgetingContext context, UnitOfWork work, DatabaseClock clock, IAccounts accounts, Outbox outbox, IAttempts attempts, Randomness randomness,
    WaysInGuard guard, LiveAccounts live, IDataProtectionProvider protection) : IOneTimeLinks
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(LinkRequest.Minutes);

    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.OneTimeLink");

    public async Task<Outcome<Done>> RequestSignInAsync(LinkRequest request, CancellationToken cancellation)
    {
        var received = await ReceiveAsync(request, cancellation);
        if (!received.Granted)
            return Outcome<Done>.Refused(received.Refusals);
        var address = received.Value;
        if (await FindAsync(address, cancellation) is { } account)
            await SendAsync(request, address, LinkPurpose.SignIn, account.Id, null, cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> RequestAccountAsync(LinkRequest request, NewAccount account, CancellationToken cancellation)
    {
        if (await accounts.CheckAsync(account, cancellation) is { Count: > 0 } refusals)
            return Outcome<Done>.Refused(refusals);
        var received = await ReceiveAsync(request, cancellation);
        if (!received.Granted)
            return Outcome<Done>.Refused(received.Refusals);
        var address = received.Value;
        if (await FindAsync(address, cancellation) is { } known)
            await SendAsync(request, address, LinkPurpose.SignIn, known.Id, null, cancellation);
        else
            await SendAsync(request, address, LinkPurpose.OpenAccount, null, account with { Email = address.Value }, cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> RequestNewAddressAsync(Actor actor, LinkRequest request, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await guard.RefuseAsync(actor, cancellation) is { } guarded)
            return guarded;
        var received = await ReceiveAsync(request, cancellation);
        if (!received.Granted)
            return Outcome<Done>.Refused(received.Refusals);
        var address = received.Value;
        await SendAsync(request, address, LinkPurpose.NewAddress, accountId, null, cancellation);
        return Done.It;
    }

    public async Task<Outcome<LinkView>> LookAsync(string token, string browser, CancellationToken cancellation)
    {
        var hash = Hash(token);
        var link = await context.OneTimeLinks.AsNoTracking().FirstOrDefaultAsync(link => link.TokenHash == hash, cancellation);
        if (Refuse(link, browser, await clock.NowAsync(context, cancellation)) is { } refusal)
            return refusal;
        return Read(link!) is { } body ? new LinkView(link!.Purpose, body.Email) : Refusal.Of("Link.Unknown");
    }

    public async Task<Outcome<LinkUsed>> UseAsync(Actor actor, string token, string browser, CancellationToken cancellation)
    {
        outbox.Ready();
        var hash = Hash(token);
        await using var transaction = await work.BeginAsync($"link {Convert.ToHexStringLower(hash)}", cancellation);
        var link = await context.OneTimeLinks.AsNoTracking().FirstOrDefaultAsync(link => link.TokenHash == hash, cancellation);
        var now = await work.NowAsync(cancellation);
        if (Refuse(link, browser, now) is { } refusal)
            return refusal;
        if (Read(link!) is not { } body || EmailAddress.Parse(body.Email) is not { } address)
            return Refusal.Of("Link.Unknown");
        if (link!.Purpose == LinkPurpose.NewAddress && actor.AccountId != link.AccountId)
            return Refusal.Of("Link.OtherAccount");
        await context.OneTimeLinks.Where(used => used.TokenHash == hash).ExecuteDeleteAsync(cancellation);
        var done = link.Purpose == LinkPurpose.NewAddress
            ? await ChangeAddressAsync(actor, address, body, now, cancellation)
            : await EnterAsync(actor, link, address, body, cancellation);
        if (!done.Granted)
            return done;
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return done;
    }

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var now = await clock.NowAsync(context, cancellation);
        return await context.OneTimeLinks.AnyAsync(link => link.ExpiresAt <= now, cancellation)
            ? await context.OneTimeLinks.Where(link => link.ExpiresAt <= now).ExecuteDeleteAsync(cancellation) : 0;
    }

    private async Task<Outcome<EmailAddress>> ReceiveAsync(LinkRequest request, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(request.Email) is not { } address)
            return Refusal.Of("Account.Email", nameof(LinkRequest.Email));
        if (!outbox.Carries(MessageChannel.Email))
            return Refusal.Of("SignIn.NoMail");
        // Counted alike whether somebody has the address or not.
        var fromThere = await attempts.CountAsync(AttemptKind.LinkFromAddress, request.From, cancellation);
        var toThis = await attempts.CountAsync(AttemptKind.LinkToAccount, address.Key, cancellation);
        return (fromThere ?? toThis) is { } tooMany ? tooMany : address;
    }

    private Task<Account?> FindAsync(EmailAddress address, CancellationToken cancellation) =>
        context.Users.FirstOrDefaultAsync(account => account.NormalizedEmail == address.Key, cancellation);

    private async Task SendAsync(
        LinkRequest request, EmailAddress address, LinkPurpose purpose, long? accountId, NewAccount? account, CancellationToken cancellation)
    {
        outbox.Ready();
        var token = Base64Url.EncodeToString(randomness.Bytes(32));
        var body = _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(new LinkBody(address.Value, request.ReturnUrl, request.Language, account)));
        var url = $"{request.Site.TrimEnd('/')}/sign-in/link?token={token}";
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (accountId is { } id && await live.HoldAsync(id, cancellation) is null)
            return;
        var now = await work.NowAsync(cancellation);
        context.Add(new OneTimeLink
        {
            TokenHash = Hash(token), BrowserHash = Hash(request.Browser), Purpose = purpose, AccountId = accountId, Body = body, ExpiresAt = now + Lasts,
        });
        var (kind, text) = purpose switch
        {
            LinkPurpose.SignIn => (MessageKind.SignInLink, MessageText.SignInLink(request.Language, url, LinkRequest.Minutes)),
            LinkPurpose.OpenAccount => (MessageKind.OpenAccount, MessageText.OpenAccount(request.Language, url, LinkRequest.Minutes)),
            _ => (MessageKind.NewAddress, MessageText.NewAddress(request.Language, url, LinkRequest.Minutes)),
        };
        outbox.Add(kind, accountId, address, text, now, Lasts);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
    }

    private async Task<Outcome<LinkUsed>> EnterAsync(Actor actor, OneTimeLink link, EmailAddress address, LinkBody body, CancellationToken cancellation)
    {
        // An account may have been opened with the address since the link was sent: whoever reads its mail may enter it.
        var id = link.AccountId ?? await context.Users.Where(account => account.NormalizedEmail == address.Key).Select(account => (long?)account.Id).FirstOrDefaultAsync(cancellation);
        var account = id is { } known ? await live.HoldAsync(known, cancellation) : null;
        if (account is null)
        {
            if (body.Account is null)
                return Refusal.Of("Link.Unknown");
            account = Accounts.New(body.Account, confirmed: true);
            context.Add(account);
            return await Accounts.SaveAsync(context, cancellation) ? new LinkUsed(link.Purpose, account.Id, body.ReturnUrl, Cleared: false) : Refusal.Of("Account.EmailTaken", nameof(NewAccount.Email));
        }
        var cleared = false;
        if (!account.EmailConfirmed)
        {
            account.EmailConfirmed = true;
            if (actor.AccountId != account.Id)
                cleared = await ClearAsync(account, cancellation);
            await context.SaveChangesAsync(cancellation);
        }
        return new LinkUsed(link.Purpose, account.Id, body.ReturnUrl, cleared);
    }

    private async Task<bool> ClearAsync(Account account, CancellationToken cancellation)
    {
        account.SecurityStamp = Guid.NewGuid().ToString("n");
        await context.SignInSessions.Where(session => session.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        // Whoever opened the account may have asked for a link to an address of their own.
        await context.OneTimeLinks.Where(link => link.AccountId == account.Id && link.Purpose == LinkPurpose.NewAddress).ExecuteDeleteAsync(cancellation);
        // Whoever opened the account has proved their right to vote for themselves, and not for the address's owner.
        await context.ElectorAccounts.Where(link => link.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        await context.LinkClaims.Where(claim => claim.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        await context.DeskCodes.Where(code => code.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        var codes = await context.RecoveryCodes.Where(code => code.AccountId == account.Id).ExecuteDeleteAsync(cancellation)
            + await context.AccountIdentities.Where(identity => identity.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        return await context.UserPasskeys.Where(passkey => passkey.UserId == account.Id).ExecuteDeleteAsync(cancellation) + codes > 0;
    }

    private async Task<Outcome<LinkUsed>> ChangeAddressAsync(Actor actor, EmailAddress address, LinkBody body, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await live.HoldAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        var accountId = account.Id;
        var former = account.EmailConfirmed ? EmailAddress.Parse(account.Email) : null;
        (account.UserName, account.NormalizedUserName, account.Email, account.NormalizedEmail, account.EmailConfirmed) =
            (address.Value, address.Key, address.Value, address.Key, true);
        account.ConcurrencyStamp = Guid.NewGuid().ToString();
        if (former is not null && former != address)
            outbox.Add(MessageKind.AddressChanged, accountId, former, MessageText.AddressChanged(body.Language), now, SignInNotice.Useful);
        // What still waits would go to the former address; there, only that it is not the address any more, and what happened to the ways in, is told.
        await context.OutgoingMessages.Where(message => message.AccountId == accountId && message.State == MessageState.Waiting && message.Kind != MessageKind.SignInChanged && message.Kind != MessageKind.AddressChanged)
            .ExecuteDeleteAsync(cancellation);
        // Links that went to the former address open nothing any more.
        await context.OneTimeLinks.Where(link => link.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        return await Accounts.SaveAsync(context, cancellation)
            ? new LinkUsed(LinkPurpose.NewAddress, accountId, body.ReturnUrl, Cleared: false)
            : Refusal.Of("Account.EmailTaken", nameof(LinkRequest.Email));
    }

    private static Refusal? Refuse(OneTimeLink? link, string browser, DateTimeOffset now) =>
        link is null || link.ExpiresAt <= now ? Refusal.Of("Link.Unknown")
        : CryptographicOperations.FixedTimeEquals(link.BrowserHash, Hash(browser)) ? null
        : Refusal.Of("Link.OtherBrowser");

    private LinkBody? Read(OneTimeLink link)
    {
        try
        {
            return JsonSerializer.Deserialize<LinkBody>(_protector.Unprotect(link.Body));
        }
        catch (CryptographicException)
        {
            // Its key is gone.
            return null;
        }
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private sealed record LinkBody(string Email, string? ReturnUrl, string Language, NewAccount? Account);
}
