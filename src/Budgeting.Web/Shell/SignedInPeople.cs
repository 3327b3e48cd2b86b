using System.Globalization;
using System.Security.Claims;
using Budgeting.Core;
using Budgeting.Web.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Web.Shell;

/// <summary>The person behind a request, read from the sign-in cookie's claims.</summary>
public static class SignedInPeople
{
    /// <summary>The claim that names a role the person holds in some region.</summary>
    public const string RoleClaim = "role";

    /// <summary>The claim with the name the person is shown by.</summary>
    public const string NameClaim = "name";

    /// <summary>The claim with the instant of the sign-in's last passkey with user verification, in Unix seconds; missing without one.</summary>
    public const string PasskeyClaim = "passkey_at";

    /// <summary>The claim with the instant at which the person came in by a recovery code, in Unix seconds; missing after another way.</summary>
    public const string RecoveryClaim = "recovered_at";

    private static readonly string[] Administrative = ["Coordinator", "Evaluator", "FinanceOfficer", "Clerk", "Administrator"];

    /// <summary>Who asks, for the services of Core.</summary>
    public static Actor Actor(this ClaimsPrincipal user) =>
        user.IsSignedIn() && long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? Core.Actor.Person(id, user.InstantOf(PasskeyClaim)) with { RecoveredAt = user.InstantOf(RecoveryClaim), SignInId = PersonSignInManager.SessionOf(user) }
            : Core.Actor.Visitor;

    private static DateTimeOffset? InstantOf(this ClaimsPrincipal user, string claim) =>
        long.TryParse(user.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Whether the person has signed in.</summary>
    public static bool IsSignedIn(this ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true };

    /// <summary>The name to show.</summary>
    public static string ShownName(this ClaimsPrincipal user) => user.FindFirstValue(NameClaim) ?? user.Identity?.Name ?? "";

    /// <summary>Whether the administration is of use to the person. A link's matter only: what they may do there is decided in Core.</summary>
    public static bool HasAdministration(this ClaimsPrincipal user) =>
        user.IsSignedIn() && user.Claims.Any(claim => claim.Type == RoleClaim && Administrative.Contains(claim.Value));

    /// <summary>Whether the person types paper ballots somewhere. A link's matter only.</summary>
    public static bool HasPaperBallots(this ClaimsPrincipal user) =>
        user.IsSignedIn() && user.HasClaim(RoleClaim, "Clerk");

    /// <summary>Whether the person holds a role somewhere that is not everybody's. A link's matter only.</summary>
    public static bool HasRoles(this ClaimsPrincipal user) =>
        user.IsSignedIn() && user.Claims.Any(claim => claim.Type == RoleClaim && claim.Value != "Resident");

    internal static void AddSignedInPeople(this IServiceCollection services, bool https)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = https ? "__Host-budgeting" : "budgeting";
            options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.HttpOnly = true;
            options.LoginPath = "/sign-in";
            options.LogoutPath = "/sign-out";
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnRedirectToLogin = context => AnswerOrRedirect(context, StatusCodes.Status401Unauthorized);
            options.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        services.AddAuthorization();
    }

    private static Task AnswerOrRedirect(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.WantsProblemDetails())
            context.Response.StatusCode = status;
        else
            // Without the host: it is the browser that names it, and a redirect to elsewhere could be kept by a cache.
            context.Response.Redirect(new Uri(context.RedirectUri).PathAndQuery);
        return Task.CompletedTask;
    }
}
