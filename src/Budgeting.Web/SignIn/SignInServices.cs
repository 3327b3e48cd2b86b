using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Web.SignIn;

/// <summary>Whether the accounts of the demonstration can be entered without a password. Configured under <c>Demo</c>.</summary>
public sealed class DemoSignIn
{
    /// <summary>On only where nothing counts.</summary>
    public bool Enabled { get; set; }
}

/// <summary>Registers signing in.</summary>
internal static class SignInServices
{
    public static void AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<DemoSignIn>(configuration.GetSection("Demo"));
        services
            .AddIdentityCore<Account>(identity =>
            {
                identity.User.RequireUniqueEmail = true;
                // The name is the address, and an address may hold any letter.
                identity.User.AllowedUserNameCharacters = "";
                // Length is what makes a password strong; rules of composition make it hard to remember.
                identity.Password = new PasswordOptions
                {
                    RequiredLength = 12, RequiredUniqueChars = 0,
                    RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false,
                };
                identity.Lockout.MaxFailedAccessAttempts = 10;
                identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
            })
            .AddEntityFrameworkStores<BudgetingContext>()
            .AddSignInManager()
            .AddClaimsPrincipalFactory<PersonClaims>();
        services.AddScoped<ISignIn, IdentitySignIn>();
    }
}
