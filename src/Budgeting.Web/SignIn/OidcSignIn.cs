using Budgeting.Core;
using Budgeting.Core.SignIn;
using Budgeting.Web.Shell;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.SignIn;

/// <summary>A way to identify.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">What people know it by.</param>
public sealed record IdentificationWay(string Key, LocalizedText Name);

/// <summary>Where somebody goes who has come back from a provider.</summary>
/// <param name="Address">The page.</param>
/// <param name="Use">What the identification did; null when it is not linked to an account yet.</param>
public sealed record IdentificationDone(string Address, IdentityUse? Use);

/// <summary>Signing in by e-identification, and linking it to an account. It is no passkey: the powers of an office do not come with it.</summary>
public interface IIdentification
{
    /// <summary>The ways there are.</summary>
    IReadOnlyList<IdentificationWay> Ways { get; }

    /// <summary>Where the browser goes to identify.</summary>
    /// <returns>The address, or <c>NotFound</c>, <c>Oidc.Unavailable</c>.</returns>
    Task<Outcome<string>> BeginAsync(string provider, string? returnUrl, CancellationToken cancellation);

    /// <summary>
    /// Takes the provider's answer. Who is not signed in and whose identity is linked, is signed in; for one that is linked to nobody the browser keeps the proof,
    /// until its owner has said by a button what is to become of it.
    /// </summary>
    /// <returns>Where to go on, or <c>NotFound</c>, <c>Oidc.Stale</c>, <c>Oidc.Cancelled</c>, <c>Oidc.Unavailable</c>, <c>Oidc.Refused</c>, <c>Identity.Taken</c>, <c>SignIn.Failed</c>.</returns>
    Task<Outcome<IdentificationDone>> FinishAsync(string provider, OidcReturn answer, CancellationToken cancellation);

    /// <summary>Where the person was going whose answer was not taken; null when it is not known.</summary>
    string? Going { get; }

    /// <summary>The proof that this browser keeps; null when it keeps none that is still good.</summary>
    Task<Identified?> FindAsync(CancellationToken cancellation);

    /// <summary>Links the proved identity to the account of the signed-in person.</summary>
    /// <returns>As <see cref="IIdentities.LinkAsync"/>, or <c>StepUp.Needed</c>.</returns>
    Task<Outcome<IdentityUse>> LinkAsync(CancellationToken cancellation);

    /// <summary>Opens an account entered by the proved identity, and signs its owner in.</summary>
    /// <returns>As <see cref="IIdentities.OpenAccountAsync"/>, or <c>Attempts.TooMany</c>.</returns>
    Task<Outcome<IdentityUse>> OpenAccountAsync(NewAccount account, CancellationToken cancellation);

    /// <summary>Forgets the proof.</summary>
    void Forget();

    /// <summary>Takes a provider's identity from the account of the signed-in person.</summary>
    /// <returns>As <see cref="IIdentities.UnlinkAsync"/>, or <c>StepUp.Needed</c>.</returns>
    Task<Outcome<Done>> UnlinkAsync(string provider, CancellationToken cancellation);
}

/// <summary>Ties the flow of OpenID Connect, the identities and the sign-in together.</summary>
internal sealed class OidcSignIn(
    OidcFlow flow, IIdentities identities, IdentitySignIn signIn, IOptions<OidcProviders> providers, IHttpContextAccessor http, SiteSettings site) : IIdentification
{
    public IReadOnlyList<IdentificationWay> Ways { get; } = [.. providers.Value.Providers.Select(provider => new IdentificationWay(provider.Key, provider.Shown))];

    public async Task<Outcome<string>> BeginAsync(string provider, string? returnUrl, CancellationToken cancellation) =>
        providers.Value.Find(provider) is { } known ? await flow.BeginAsync(known, returnUrl, cancellation) : Refusal.NotFound;

    public async Task<Outcome<IdentificationDone>> FinishAsync(string provider, OidcReturn answer, CancellationToken cancellation)
    {
        if (providers.Value.Find(provider) is not { } known)
            return Refusal.NotFound;
        var finished = await flow.FinishAsync(known, answer, cancellation);
        if (!finished.Granted)
            return Outcome<IdentificationDone>.Refused(finished.Refusals);
        var (person, returnUrl) = finished.Value;
        var identified = await identities.IdentifyAsync(person, cancellation);
        if (identified.AccountId is not { } owner)
        {
            Http.Response.Cookies.Append(CookieName, identified.Proof, Cookie(TimeSpan.FromMinutes(Identified.Minutes)));
            return new IdentificationDone($"/sign-in/identified?returnUrl={Uri.EscapeDataString(returnUrl)}", null);
        }
        if (Http.User.Actor().AccountId is { } present && present != owner)
            return Refusal.Of("Identity.Taken");
        var used = await identities.SignInAsync(identified.Proof, cancellation);
        if (!used.Granted)
            return Outcome<IdentificationDone>.Refused(used.Refusals);
        if (Http.User.Actor().AccountId is null && await signIn.EnterIdentifiedAsync(owner, cancellation) is { Granted: false } entered)
            return Outcome<IdentificationDone>.Refused(entered.Refusals);
        return new IdentificationDone(returnUrl, used.Value);
    }

    public string? Going => flow.Going;

    public async Task<Identified?> FindAsync(CancellationToken cancellation) =>
        Http.Request.Cookies[CookieName] is { Length: > 0 } proof && await identities.LookAsync(proof, cancellation) is { Granted: true, Value: var identified } ? identified : null;

    public async Task<Outcome<IdentityUse>> LinkAsync(CancellationToken cancellation)
    {
        var linked = await identities.LinkAsync(Http.User.Actor(), Http.Request.Cookies[CookieName] ?? "", LanguageChoice.Current, cancellation);
        if (linked.Granted)
            Forget();
        return linked;
    }

    public async Task<Outcome<IdentityUse>> OpenAccountAsync(NewAccount account, CancellationToken cancellation)
    {
        var opened = await signIn.OpenIdentifiedAsync(account, () => identities.OpenAccountAsync(Http.Request.Cookies[CookieName] ?? "", account, cancellation), cancellation);
        if (opened.Granted)
            Forget();
        return opened;
    }

    public void Forget() => Http.Response.Cookies.Delete(CookieName, Cookie(null));

    public Task<Outcome<Done>> UnlinkAsync(string provider, CancellationToken cancellation) =>
        identities.UnlinkAsync(Http.User.Actor(), provider, LanguageChoice.Current, cancellation);

    private HttpContext Http => http.HttpContext!;

    private string CookieName => site.Https ? "__Host-budgeting-identified" : "budgeting-identified";

    // Lax, since a link from a mailbox may lie between identifying and linking.
    private CookieOptions Cookie(TimeSpan? lasts) => new()
    {
        Path = "/", HttpOnly = true, IsEssential = true, MaxAge = lasts, SameSite = SameSiteMode.Lax, Secure = site.Https || Http.Request.IsHttps,
    };
}

/// <summary>Registers e-identification.</summary>
internal static class OidcServices
{
    public static void AddOidc(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OidcProviders>().Bind(configuration.GetSection("SignIn"))
            .Validate(options => Fault(options) is null, Fault(configuration.GetSection("SignIn").Get<OidcProviders>() ?? new()) ?? "SignIn:Providers")
            .ValidateOnStart();
        services.AddHttpClient(OidcMetadataSource.Client, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(10);
                client.MaxResponseContentBufferSize = 1 << 18;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            .RemoveAllLoggers();
        services.AddSingleton<OidcMetadataSource>();
        services.AddScoped<OidcFlow>();
        services.AddScoped<IIdentification, OidcSignIn>();
    }

    private static string? Fault(OidcProviders options) =>
        options.Providers.Select(provider => provider.Fault).FirstOrDefault(fault => fault is not null) is { } wrong ? $"SignIn:Providers: {wrong}."
        : options.Providers.DistinctBy(provider => provider.Key).Count() != options.Providers.Count ? "SignIn:Providers: two have the same Key."
        : null;
}
