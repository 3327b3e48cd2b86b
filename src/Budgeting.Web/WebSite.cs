using Budgeting.Core;
using Budgeting.Core.Database;
using Budgeting.Web.Demo;
using Budgeting.Web.Jobs;
using Budgeting.Web.Pages.My;
using Budgeting.Web.Pages.Voting;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Microsoft.Extensions.Options;

namespace Budgeting.Web;

/// <summary>The web site with all that it runs on.</summary>
public static class WebSite
{
    /// <summary>Runs the site until it is told to stop.</summary>
    /// <param name="args">Settings from the command line.</param>
    /// <param name="extend">What another host adds to Core's services; it starts before what follows here, and stops after it.</param>
    /// <param name="folder">Where the site's own settings lie; null for the current folder.</param>
    /// <returns>The exit code: 1 when it could not run, of which a sentence stands on the error output.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder>? extend = null, string? folder = null)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = folder });
            builder.ListenLocallyByDefault();

            builder.Services.AddBudgeting(builder.Configuration);
            extend?.Invoke(builder);
            builder.Services.AddJobs(builder.Configuration);
            builder.Services.AddSingleton<DemoContent>();
            builder.Services.AddLanguages(SiteAddress.IsHttps(builder));
            builder.Services.AddReading(SiteAddress.IsHttps(builder));
            builder.Services.AddErrorPages();
            builder.Services.AddRateLimits(builder.Configuration);
            builder.Services.AddSignedInPeople(SiteAddress.IsHttps(builder));
            builder.Services.AddSignIn(builder.Configuration, SiteAddress.IsHttps(builder));
            builder.Services.AddOidc(builder.Configuration);
            builder.Services.AddSitePages(SiteAddress.IsHttps(builder));
            builder.AddFormLimits();
            builder.Services.AddForwardedAddresses(builder.Configuration);
            builder.Services.AddHealth();

            var app = builder.Build();

            app.UseForwardedHeaders();
            app.UseSecurityHeaders();
            app.UseMiddleware<QuickCasting>();
            app.UseErrorPages();
            app.UseLanguages();
            app.UseRouting();
            app.UseFormLimits();
            app.UseAuthentication();
            app.UseMiddleware<StationMode>();
            app.UseAuthorization();
            app.UseRateLimiter();

            app.MapHealth();
            app.MapStaticAssets();
            app.MapLanguageChoice();
            app.MapReadingChoice();
            app.MapOneClickUnsubscribe();
            app.MapRazorPages().WithStaticAssets();

            await app.Services.PrepareDatabaseAsync();
            if (app.Configuration.GetValue("Demo:Enabled", defaultValue: false))
                await app.Services.GetRequiredService<DemoContent>().LayAsync(app.Lifetime.ApplicationStopping);

            await app.RunAsync();
            return 0;
        }
        catch (Exception fault) when (fault is DatabaseUnavailableException or InvalidOperationException or ArgumentException or FormatException or IOException or OptionsValidationException)
        {
            // A database out of reach, a setting that cannot be read: a sentence for the operator, no stack trace.
            await Console.Error.WriteLineAsync(fault is DatabaseUnavailableException ? fault.Message : $"The server cannot run: {fault.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }
}
