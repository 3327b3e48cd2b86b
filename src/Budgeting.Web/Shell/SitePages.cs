using System.Text.Encodings.Web;
using System.Text.Unicode;
using Budgeting.Web.Pages.Voting;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace Budgeting.Web.Shell;

/// <summary>Razor Pages with this site's conventions.</summary>
internal static class SitePages
{
    public static void AddSitePages(this IServiceCollection services, bool https)
    {
        services.AddRazorPages(options => options.Conventions.ConfigureFilter(new ErrorPages.ExpiredFormFilter()).ConfigureFilter(new ErrorPages.NoHandlerFilter()));
        services.AddSingleton<IConfigureOptions<MvcOptions>, BindingConventions>();
        services.AddSingleton<RefusalTextProvider>();
        services.AddSingleton(provider => new VotingSessions(
            provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<TimeProvider>(), https));
        services.AddSingleton(provider => new ReceiptHandover(provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<TimeProvider>(), https));
        services.AddScoped<ProjectReading>();
        services.AddSingleton(provider => new StationDevices(
            provider.GetRequiredService<IDataProtectionProvider>(), provider.GetRequiredService<VotingSessions>(), provider.GetRequiredService<ReceiptHandover>(), https));
        services.AddRouting(options => options.LowercaseUrls = true);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = https ? "__Host-budgeting-form" : "budgeting-form";
            // Framing is SecurityHeaders' matter.
            options.SuppressXFrameOptionsHeader = true;
            Guard(options.Cookie, https, SameSiteMode.Strict);
        });
        services.Configure<CookieTempDataProviderOptions>(options =>
        {
            options.Cookie.Name = https ? "__Host-budgeting-notice" : "budgeting-notice";
            options.Cookie.IsEssential = true;
            Guard(options.Cookie, https, SameSiteMode.Lax);
        });
        // Finnish and Swedish letters as they are in the page's source, not as character references.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
    }

    private static void Guard(CookieBuilder cookie, bool https, SameSiteMode sameSite)
    {
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.SameSite = sameSite;
        cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    /// <summary>
    /// An empty field is an empty text, not null; whether it may be empty is Core's rule to say, so no field is required
    /// by its type; and what cannot be read at all is said in the person's language.
    /// </summary>
    private sealed class BindingConventions(IStringLocalizer<SharedTexts> texts) : IConfigureOptions<MvcOptions>
    {
        public void Configure(MvcOptions options)
        {
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
            options.ModelMetadataDetailsProviders.Add(new EmptyTextStaysText());
            var messages = options.ModelBindingMessageProvider;
            messages.SetAttemptedValueIsInvalidAccessor((value, _) => texts["Binding.Invalid", value]);
            messages.SetNonPropertyAttemptedValueIsInvalidAccessor(value => texts["Binding.Invalid", value]);
            messages.SetValueIsInvalidAccessor(value => texts["Binding.Invalid", value]);
            messages.SetUnknownValueIsInvalidAccessor(_ => texts["Binding.Unknown"]);
            messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => texts["Binding.Unknown"]);
            messages.SetValueMustBeANumberAccessor(_ => texts["Binding.Number"]);
            messages.SetNonPropertyValueMustBeANumberAccessor(() => texts["Binding.Number"]);
            messages.SetValueMustNotBeNullAccessor(_ => texts["Binding.Missing"]);
            messages.SetMissingBindRequiredValueAccessor(_ => texts["Binding.Missing"]);
            messages.SetMissingKeyOrValueAccessor(() => texts["Binding.Missing"]);
            messages.SetMissingRequestBodyRequiredValueAccessor(() => texts["Binding.Missing"]);
        }
    }

    private sealed class EmptyTextStaysText : IDisplayMetadataProvider
    {
        public void CreateDisplayMetadata(DisplayMetadataProviderContext context)
        {
            if (context.Key.ModelType == typeof(string))
                context.DisplayMetadata.ConvertEmptyStringToNull = false;
        }
    }
}
