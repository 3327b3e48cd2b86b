using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Web.Demo;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Web.SignIn;

/// <summary>Signs people in through ASP.NET Core Identity, and keeps the ways into their accounts.</summary>
internal sealed class IdentitySignIn(
    UserManager<Account> users, SignInManager<Account> manager, PasskeyCeremonies ceremonies, IAccounts accounts, IPasskeys passkeys, IOneTimeLinks links,
    IRecoveryCodes codes, ISignInSessions sessions, IMessageDelivery delivery, BrowserMarks marks, SiteSettings site, DemoGate demo, IAttempts attempts, TimeProvider time)
    : ISignIn, IWaysIn
{
    // A wish for a link is answered a fixed time after it was made, so that its delay does not tell which addresses have an account.
    private static readonly TimeSpan WishTakes = TimeSpan.FromMilliseconds(600);

    public bool SendsMail => delivery.Carries(MessageChannel.Email);

    public Guid? ThisSession => PersonSignInManager.SessionOf(Http.User);

    public Task<PasskeyQuestion> AskAsync(CancellationToken cancellation) => ceremonies.AskAsync(null);

    public async Task<Outcome<Done>> SignInAsync(PasskeyAnswer answer, CancellationToken cancellation)
    {
        var shown = await ShowAsync(answer, null, cancellation);
        return shown.Granted ? await EnterAsync(shown.Value, SignInWay.Passkey, byPasskey: true, cancellation) : Outcome<Done>.Refused(shown.Refusals);
    }

    public async Task<Outcome<PasskeyQuestion>> AskForAccountAsync(NewAccount account, CancellationToken cancellation)
    {
        if (await accounts.CheckAsync(account, cancellation) is { Count: > 0 } refusals)
            return Outcome<PasskeyQuestion>.Refused(refusals);
        return await ceremonies.MakeAsync(await accounts.ReserveAsync(cancellation), EmailAddress.Parse(account.Email)!.Value, account.DisplayName.Trim());
    }

    public async Task<Outcome<Done>> OpenAccountAsync(NewAccount account, PasskeyAnswer answer, CancellationToken cancellation)
    {
        // What is wrong with the details is said before anything is said of the passkey.
        if (await accounts.CheckAsync(account, cancellation) is { Count: > 0 } refusals)
            return Outcome<Done>.Refused(refusals);
        if (await ceremonies.ReadMadeAsync(answer) is not { } made)
            return Refusal.Of("Passkey.Failed");
        if (await CountSignUpAsync(cancellation) is { } tooMany)
            return tooMany;
        made.Passkey.Name = BrowserKind.Of(Http.Request.Headers.UserAgent.ToString());
        var opened = await accounts.OpenAsync(made.AccountId, account, made.Passkey, cancellation);
        if (!opened.Granted)
            return Outcome<Done>.Refused(opened.Refusals);
        var entered = await EnterAsync((await FindAsync(opened.Value))!, SignInWay.Passkey, byPasskey: true, cancellation);
        // The account is open whether the link can be sent or not; it can be asked for again.
        if (SendsMail)
            await links.RequestSignInAsync(Wish(account.Email, "/account"), cancellation);
        return entered;
    }

    /// <summary>Signs in whom a provider has identified.</summary>
    public async Task<Outcome<Done>> EnterIdentifiedAsync(long accountId, CancellationToken cancellation) =>
        await FindAsync(accountId) is { } account ? await EnterAsync(account, SignInWay.Identification, byPasskey: false, cancellation) : Refusal.Of("SignIn.Failed");

    /// <summary>Opens the account of somebody whom a provider has identified, signs them in, and sends a link to their address by which they confirm it.</summary>
    public async Task<Outcome<IdentityUse>> OpenIdentifiedAsync(NewAccount account, Func<Task<Outcome<IdentityUse>>> open, CancellationToken cancellation)
    {
        // What is wrong with the details is not counted as an account.
        if (await accounts.CheckAsync(account, cancellation) is { Count: > 0 } refusals)
            return Outcome<IdentityUse>.Refused(refusals);
        if (await CountSignUpAsync(cancellation) is { } tooMany)
            return tooMany;
        var opened = await open();
        if (!opened.Granted)
            return opened;
        var entered = await EnterIdentifiedAsync(opened.Value.AccountId, cancellation);
        if (SendsMail)
            await links.RequestSignInAsync(Wish(account.Email, "/account"), cancellation);
        return entered.Granted ? opened : Outcome<IdentityUse>.Refused(entered.Refusals);
    }

    public Task<Outcome<Done>> SendLinkAsync(string email, string? returnUrl, CancellationToken cancellation) =>
        AfterSomeTimeAsync(() => links.RequestSignInAsync(Wish(email, returnUrl), cancellation), cancellation);

    public Task<Outcome<Done>> SendAccountLinkAsync(NewAccount account, string? returnUrl, CancellationToken cancellation) =>
        AfterSomeTimeAsync(async () => await accounts.CheckAsync(account, cancellation) is { Count: 0 } && await CountSignUpAsync(cancellation) is { } tooMany
            ? tooMany
            : await links.RequestAccountAsync(Wish(account.Email, returnUrl), account, cancellation), cancellation);

    public Task<Outcome<LinkView>> LookAtLinkAsync(string token, CancellationToken cancellation) => links.LookAsync(token, marks.Read(), cancellation);

    public async Task<Outcome<LinkUsed>> UseLinkAsync(string token, CancellationToken cancellation)
    {
        var used = await links.UseAsync(Http.User.Actor(), token, marks.Read(), cancellation);
        if (!used.Granted || await FindAsync(used.Value.AccountId) is not { } account)
            return used;
        if (Http.User.Actor().AccountId == account.Id)
        {
            // The cookie carries the address.
            await manager.RefreshSignInAsync(account);
            return used;
        }
        var entered = await EnterAsync(account, SignInWay.Link, byPasskey: false, cancellation);
        return entered.Granted ? used : Outcome<LinkUsed>.Refused(entered.Refusals);
    }

    public async Task<Outcome<Done>> UseRecoveryCodeAsync(string email, string code, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var used = await codes.UseAsync(email, code, From, LanguageChoice.Current, cancellation);
        if (used.Granted && await FindAsync(used.Value) is { } account)
            return await EnterAsync(account, SignInWay.RecoveryCode, byPasskey: false, cancellation);
        await WaitSinceAsync(begun, cancellation);
        return Outcome<Done>.Refused(used.Refusals);
    }

    public async Task<Outcome<PasskeyQuestion>> AskToConfirmAsync(CancellationToken cancellation) =>
        await OwnAsync() is { } account ? await ceremonies.AskAsync(account) : Refusal.Of("SignIn.Needed");

    public async Task<Outcome<Done>> ConfirmAsync(PasskeyAnswer answer, CancellationToken cancellation)
    {
        if (await OwnAsync() is not { } own)
            return Refusal.Of("SignIn.Needed");
        var shown = await ShowAsync(answer, own.Id, cancellation);
        if (!shown.Granted)
            return Outcome<Done>.Refused(shown.Refusals);
        await MarkAsync(shown.Value);
        return Done.It;
    }

    public async Task<bool> IsDemoAsync(CancellationToken cancellation) => demo.Enabled && await OwnAsync() is { } own && DemoGate.IsDemo(own);

    public async Task<Outcome<Done>> ConfirmInDemoAsync(CancellationToken cancellation)
    {
        if (!await IsDemoAsync(cancellation) || await OwnAsync() is not { } own)
            return Refusal.NotFound;
        await MarkAsync(own);
        return Done.It;
    }

    public async Task<Outcome<Done>> SignInToDemoAsync(string key, CancellationToken cancellation)
    {
        var known = demo.Enabled ? DemoAccounts.All.FirstOrDefault(account => account.Key == key) : null;
        // As if by a passkey, so that every power of an office can be tried.
        return known is not null && await users.FindByEmailAsync(known.Email) is { } account
            ? await EnterAsync(account, SignInWay.Demonstration, byPasskey: true, cancellation) : Refusal.NotFound;
    }

    public async Task SignOutAsync(CancellationToken cancellation)
    {
        if (ThisSession is { } session)
            await sessions.EndAsync(Http.User.Actor(), session, cancellation);
        await manager.SignOutAsync();
    }

    public async Task<Refusal?> RefuseChangeAsync(CancellationToken cancellation) =>
        await passkeys.CheckChangeAsync(Http.User.Actor(), cancellation) is { Granted: false, Refusals: [var refusal, ..] } ? refusal : null;

    public async Task<Outcome<PasskeyQuestion>> AskForPasskeyAsync(CancellationToken cancellation)
    {
        if (await OwnAsync() is not { } account)
            return Refusal.Of("SignIn.Needed");
        if (await RefuseChangeAsync(cancellation) is { } refusal)
            return refusal;
        return await ceremonies.MakeAsync(account.Id, account.Email ?? "", account.DisplayName);
    }

    public async Task<Outcome<Done>> AddPasskeyAsync(PasskeyAnswer answer, string name, CancellationToken cancellation)
    {
        if (await OwnAsync() is not { } account)
            return Refusal.Of("SignIn.Needed");
        if (await RefuseChangeAsync(cancellation) is { } refusal)
            return refusal;
        if (await ceremonies.ReadMadeAsync(answer) is not { } made || made.AccountId != account.Id)
            return Refusal.Of("Passkey.Failed");
        var added = await passkeys.AddAsync(Http.User.Actor(), made.Passkey, name, LanguageChoice.Current, cancellation);
        if (!added.Granted)
            return Outcome<Done>.Refused(added.Refusals);
        await MarkAsync(account);
        return Done.It;
    }

    public Task<Outcome<Done>> RemovePasskeyAsync(string id, CancellationToken cancellation) =>
        passkeys.RemoveAsync(Http.User.Actor(), id, LanguageChoice.Current, cancellation);

    public Task<Outcome<IReadOnlyList<string>>> RenewRecoveryCodesAsync(CancellationToken cancellation) =>
        codes.RenewAsync(Http.User.Actor(), LanguageChoice.Current, cancellation);

    public async Task<Outcome<Done>> ChangeAddressAsync(string email, CancellationToken cancellation) =>
        await RefuseChangeAsync(cancellation) is { } refusal
            ? refusal
            : await AfterSomeTimeAsync(() => links.RequestNewAddressAsync(Http.User.Actor(), Wish(email, "/account"), cancellation), cancellation);

    public async Task<Outcome<Done>> ChangeOwnAsync(string displayName, long? homeRegionId, CancellationToken cancellation)
    {
        var changed = await accounts.ChangeOwnAsync(Http.User.Actor(), displayName, homeRegionId, cancellation);
        // The cookie carries the name.
        if (changed.Granted && await OwnAsync() is { } account)
            await manager.RefreshSignInAsync(account);
        return changed;
    }

    public async Task<Outcome<Done>> EndAllAsync(CancellationToken cancellation)
    {
        var ended = await sessions.EndAllAsync(Http.User.Actor(), cancellation);
        if (ended.Granted)
            await manager.SignOutAsync();
        return ended;
    }

    private Task<Refusal?> CountSignUpAsync(CancellationToken cancellation) => attempts.CountAsync(AttemptKind.SignUpFromNetwork, From, cancellation);

    private HttpContext Http => manager.Context;

    private string From => Http.Connection.RemoteIpAddress?.ToString() ?? "";

    private LinkRequest Wish(string email, string? returnUrl) =>
        new(email, marks.Give(), From, site.Address?.GetLeftPart(UriPartial.Authority) ?? $"{Http.Request.Scheme}://{Http.Request.Host}", LanguageChoice.Current, returnUrl);

    private Task<Account?> FindAsync(long accountId) => users.FindByIdAsync(accountId.ToString(CultureInfo.InvariantCulture));

    private async Task<Account?> OwnAsync() => Http.User.Actor().AccountId is { } id ? await FindAsync(id) : null;

    private async Task<Outcome<Account>> ShowAsync(PasskeyAnswer answer, long? accountId, CancellationToken cancellation)
    {
        if (await ceremonies.ReadShownAsync(answer, accountId) is not { } shown)
            return Refusal.Of("Passkey.Failed");
        var used = await passkeys.UseAsync(shown.Account.Id, shown.Passkey, shown.Challenge, shown.AskedAt, cancellation);
        return used.Granted ? shown.Account : Outcome<Account>.Refused(used.Refusals);
    }

    private async Task<Outcome<Done>> EnterAsync(Account account, SignInWay way, bool byPasskey, CancellationToken cancellation)
    {
        if (!demo.Admits(account))
            return Refusal.Of("SignIn.Failed");
        // Whoever was signed in here before is not any more.
        if (ThisSession is { } former)
            await sessions.EndAsync(Http.User.Actor(), former, cancellation);
        // Messages come in the language in which somebody first signed in, until they choose another.
        if (account.Language is null)
            await accounts.ChangeLanguageAsync(Actor.Person(account.Id), LanguageChoice.Current, cancellation);
        var session = await sessions.BeginAsync(account.Id, way, BrowserKind.Of(Http.Request.Headers.UserAgent.ToString()), cancellation, account.SecurityStamp);
        List<System.Security.Claims.Claim> claims = [new(PersonSignInManager.SessionClaim, session.ToString())];
        if (byPasskey)
            claims.Add(PersonSignInManager.PasskeyClaim(time.GetUtcNow()));
        if (way == SignInWay.RecoveryCode)
            claims.Add(PersonSignInManager.RecoveryClaim(time.GetUtcNow()));
        await manager.SignInWithClaimsAsync(account, isPersistent: false, claims);
        return Done.It;
    }

    /// <summary>Notes in the cookie that the person has just shown themselves by a passkey.</summary>
    private async Task MarkAsync(Account account)
    {
        var current = await Http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (current.Principal is not { } principal)
            return;
        var kept = PersonSignInManager.Kept(principal).Where(claim => claim.Type != SignedInPeople.PasskeyClaim);
        await manager.SignInWithClaimsAsync(account, current.Properties, [.. kept, PersonSignInManager.PasskeyClaim(time.GetUtcNow())]);
    }

    private async Task<Outcome<Done>> AfterSomeTimeAsync(Func<Task<Outcome<Done>>> act, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var outcome = await act();
        await WaitSinceAsync(begun, cancellation);
        return outcome;
    }

    private async Task WaitSinceAsync(long begun, CancellationToken cancellation)
    {
        if (WishTakes - time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
            await Task.Delay(left, cancellation);
    }
}
