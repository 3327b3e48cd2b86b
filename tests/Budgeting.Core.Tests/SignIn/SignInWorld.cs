using Budgeting.Core.Notifications;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.SignIn;

/// <summary>Short words for tests of signing in.</summary>
internal static class SignInWorld
{
    public const string Browser = "browser";

    /// <summary>An account with an address that its owner has confirmed, or not.</summary>
    public static async Task<Actor> AccountAsync(this World world, string email, bool confirmed = true) => await world.Sql(async context =>
    {
        var account = Accounts.New(new(email, "Anna", world.TownId), confirmed);
        context.Add(account);
        await context.SaveChangesAsync();
        return Actor.Person(account.Id);
    });

    public static LinkRequest Wish(string email, string browser = Browser) => new(email, browser, "192.0.2.1", "https://osallistu.example", "en", "/rounds");

    public static Task<Outcome<Done>> AskAsync(this ServiceProvider server, string email, string browser = Browser) =>
        server.OnAsync<IOneTimeLinks, Outcome<Done>>(links => links.RequestSignInAsync(Wish(email, browser), default));

    public static async Task<T> OnAsync<TService, T>(this ServiceProvider server, Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = server.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Sends what waits and gives the token of the last link that came to an address.</summary>
    public static async Task<string> TokenAsync(this ServiceProvider server, SmtpServer smtp, string to)
    {
        await server.SendMailAsync();
        return smtp.Mails.Last(mail => mail.To == to).Link.Split("token=")[1];
    }

    public static Task<int> SendMailAsync(this ServiceProvider server) => server.GetRequiredService<IMessageDelivery>().SendDueAsync(default);

    public static UserPasskeyInfo Passkey(byte id, uint count = 0, bool synced = false) =>
        new([id, 1, 2, 3], [4, 5, 6], World.Start, count, ["internal"], isUserVerified: true, isBackupEligible: synced, isBackedUp: synced, [7], [8]);
}
