using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Web.Demo;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.SignIn;

/// <summary>Whether the accounts of the demonstration can be entered by a button. Configured under <c>Demo</c>.</summary>
public sealed class DemoSignIn
{
    /// <summary>On only where nothing counts.</summary>
    public bool Enabled { get; set; }
}

/// <summary>Registers signing in.</summary>
internal static class SignInServices
{
    public static void AddSignIn(this IServiceCollection services, IConfiguration configuration, bool https)
    {
        services.Configure<DemoSignIn>(configuration.GetSection("Demo"));
        var address = configuration.GetValue<Uri>("Site:Address");
        services.AddSingleton(new SiteSettings(address, https));
        services.AddOptions<MailOptions>()
            // Otherwise whoever sends a request could choose where a link leads.
            .Validate(mail => !mail.IsSetUp || address is { IsAbsoluteUri: true }, "With Mail, Site:Address must be the site's own address, such as https://osallistu.example.fi.")
            .ValidateOnStart();
        services.AddOptions<SmsOptions>()
            .Validate(sms => sms.Address is null || address is { IsAbsoluteUri: true }, "With Sms, Site:Address must be the site's own address, such as https://osallistu.example.fi.")
            .ValidateOnStart();
        services
            .AddIdentityCore<Account>(identity =>
            {
                identity.User.RequireUniqueEmail = true;
                // The name is the address, and an address may hold any letter.
                identity.User.AllowedUserNameCharacters = "";
            })
            .AddEntityFrameworkStores<BudgetingContext>()
            .AddSignInManager<PersonSignInManager>()
            .AddClaimsPrincipalFactory<PersonClaims>();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            passkeys.ServerDomain = address?.Host;
            passkeys.UserVerificationRequirement = "required";
            // So that no name has to be typed to sign in.
            passkeys.ResidentKeyRequirement = "required";
        });
        services.AddOptions<SecurityStampValidatorOptions>().Configure<TimeProvider>((validation, time) =>
        {
            validation.TimeProvider = time;
            // How long a sign-in that was ended elsewhere can still be used, and the links to pages of a role show that was given or taken; the role itself counts at once.
            validation.ValidationInterval = TimeSpan.FromMinutes(1);
            validation.OnRefreshingPrincipal = refreshing =>
            {
                if (refreshing is { CurrentPrincipal: { } current, NewPrincipal.Identities: var identities })
                    identities.First().AddClaims(PersonSignInManager.Kept(current));
                return Task.CompletedTask;
            };
        });
        services.AddHttpContextAccessor();
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services.AddScoped<PasskeyCeremonies>();
        services.AddScoped<BrowserMarks>();
        services.AddSingleton<DemoGate>();
        services.AddScoped<IdentitySignIn>();
        services.AddScoped<ISignIn>(provider => provider.GetRequiredService<IdentitySignIn>());
        services.AddScoped<IWaysIn>(provider => provider.GetRequiredService<IdentitySignIn>());
        services.AddHostedService<MessageSender>();
        if (configuration.GetValue("Demo:Enabled", defaultValue: false) && !(configuration.GetSection("Mail").Get<MailOptions>() ?? new()).IsSetUp)
        {
            services.AddSingleton<DemoMailbox>();
            services.AddSingleton<IMessageGateway>(provider => provider.GetRequiredService<DemoMailbox>());
        }
    }
}
