using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Notifications;

/// <summary>Registers the outbox and the gateways that are configured.</summary>
internal static class NotificationServices
{
    public static void AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<MessageBell>();
        services.AddScoped<Outbox>();
        services.AddSingleton(new SiteLinks(configuration.GetValue<Uri>("Site:Address")));
        services.AddSingleton<IMessageDelivery, MessageDelivery>();
        services.AddOptions<MailOptions>().Bind(configuration.GetSection("Mail"))
            .Validate(mail => mail.IsComplete, "Mail needs a sender (Mail:From) and either Mail:Host with Mail:Port or an http address in Mail:Address, not both.")
            .ValidateOnStart();
        services.AddOptions<SmsOptions>().Bind(configuration.GetSection("Sms"))
            .Validate(sms => sms.Address is null || MailOptions.IsHttp(sms.Address), "Sms:Address must be an http address.")
            .ValidateOnStart();
        var mail = configuration.GetSection("Mail").Get<MailOptions>() ?? new();
        if (mail.Address is { } provider)
            services.AddHttpGateway(MessageChannel.Email, provider, mail.Token, mail.From);
        else if (mail.IsSetUp)
            services.AddSingleton<IMessageGateway, SmtpGateway>();
        var sms = configuration.GetSection("Sms").Get<SmsOptions>() ?? new();
        if (sms.Address is { } smsProvider)
            services.AddHttpGateway(MessageChannel.Sms, smsProvider, sms.Token, sms.From);
    }

    private static void AddHttpGateway(this IServiceCollection services, MessageChannel channel, Uri address, string? token, string? from) =>
        services.AddSingleton<IMessageGateway>(_ => new HttpGateway(
            // A redirection would take the token elsewhere; names are looked up anew every few minutes.
            new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }), channel, address, token, from));
}
