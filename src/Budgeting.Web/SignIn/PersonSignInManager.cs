using System.Globalization;
using System.Security.Claims;
using Budgeting.Core.People;
using Budgeting.Core.SignIn;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.SignIn;

/// <summary>
/// Identity's sign-in with what it does not know: the row of the sign-in, without which the cookie is worth nothing, and the instant of the passkey.
/// Both stay in the cookie when it is written anew.
/// </summary>
internal sealed class PersonSignInManager(
    UserManager<Account> accounts, IHttpContextAccessor http, IUserClaimsPrincipalFactory<Account> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<Account>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<Account> confirmation,
    ISignInSessions sessions, DemoGate demo)
    : SignInManager<Account>(accounts, http, claims, options, logger, schemes, confirmation)
{
    /// <summary>The claim that names the sign-in's row.</summary>
    public const string SessionClaim = "session";

    public override async Task<Account?> ValidateSecurityStampAsync(ClaimsPrincipal? principal)
    {
        var account = await base.ValidateSecurityStampAsync(principal);
        return account is not null && demo.Admits(account) && SessionOf(principal) is { } session
            && await sessions.SeeAsync(account.Id, session, Context.RequestAborted) is not null ? account : null;
    }

    public override async Task RefreshSignInAsync(Account user)
    {
        var current = await Context.AuthenticateAsync(AuthenticationScheme);
        if (current.Principal is { } principal && UserManager.GetUserId(principal) == user.Id.ToString(CultureInfo.InvariantCulture))
            await SignInWithClaimsAsync(user, current.Properties, Kept(principal));
    }

    /// <summary>The row of a sign-in.</summary>
    public static Guid? SessionOf(ClaimsPrincipal? principal) => Guid.TryParse(principal?.FindFirstValue(SessionClaim), out var id) ? id : null;

    /// <summary>The claims that do not come from the account.</summary>
    public static IReadOnlyList<Claim> Kept(ClaimsPrincipal principal) =>
        [.. principal.Claims.Where(claim => claim.Type is SessionClaim or SignedInPeople.PasskeyClaim or SignedInPeople.RecoveryClaim).Select(claim => new Claim(claim.Type, claim.Value))];

    /// <summary>The claim of a passkey.</summary>
    public static Claim PasskeyClaim(DateTimeOffset at) => Instant(SignedInPeople.PasskeyClaim, at);

    /// <summary>The claim of a recovery code.</summary>
    public static Claim RecoveryClaim(DateTimeOffset at) => Instant(SignedInPeople.RecoveryClaim, at);

    private static Claim Instant(string claim, DateTimeOffset at) => new(claim, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
}
