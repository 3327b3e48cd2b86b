using Budgeting.Core.Following;
using Budgeting.Core.Notifications;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Following;

/// <summary>Short words for tests of following.</summary>
internal static class FollowingWorld
{
    public static readonly KeyValuePair<string, string?> Address = new("Site:Address", "https://osallistu.example");

    /// <summary>A server that sends mail and knows its address.</summary>
    public static ServiceProvider Sending(this World world, SmtpServer smtp, params IReadOnlyList<KeyValuePair<string, string?>> settings) =>
        world.AnotherServer([.. smtp.Settings, Address, .. settings]);

    /// <summary>Somebody with a confirmed address.</summary>
    public static Task<Actor> FollowerAsync(this World world, string name) => world.AccountAsync($"{name}@example.org");

    public static Task<Outcome<Done>> FollowAsync(this World world, Actor actor, long roundId) =>
        world.Do<IFollowing, Outcome<Done>>(following => following.FollowRoundAsync(actor, roundId, default));

    public static Task<Outcome<Done>> FollowProposalAsync(this World world, Actor actor, long proposalId) =>
        world.Do<IFollowing, Outcome<Done>>(following => following.FollowProposalAsync(actor, proposalId, default));

    public static Task<Outcome<Done>> ChooseAsync(this ServiceProvider server, Actor actor, NewsChoice choice, long? roundId = null) =>
        server.OnAsync<IFollowing, Outcome<Done>>(following => roundId is { } id ? following.ChooseForRoundAsync(actor, id, choice, default) : following.ChooseAsync(actor, choice, default));

    /// <summary>Writes what is due, and sends everything that waits.</summary>
    /// <returns>How many messages were written.</returns>
    public static async Task<int> TellAsync(this ServiceProvider server)
    {
        var written = 0;
        while (await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default)) is > 0 and var some)
        {
            written += some;
            await server.SendAllAsync();
        }
        await server.SendAllAsync();
        return written;
    }

    public static async Task SendAllAsync(this ServiceProvider server)
    {
        while (await server.GetRequiredService<IMessageDelivery>().SendDueAsync(default) > 0)
        {
            // There may be more than it takes at once.
        }
    }

    public static Task<FollowedView> OwnAsync(this World world, Actor actor) =>
        world.Do<IFollowing, FollowedView>(async following => (await following.OwnAsync(actor, default)).Value);

    /// <summary>A round in its phase of proposals, with a heading.</summary>
    public static async Task<(long RoundId, long HeadingId)> ProposingAsync(this World world)
    {
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Core.Rounds.Phase.Proposing);
        return (roundId, headingId);
    }
}
