using Budgeting.Core.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.SignIn;

public sealed class SignInSessionTests
{
    [Theory, EachDatabase]
    public async Task A_sign_in_stands_until_its_owner_ends_it_or_does_not_use_it_for_14_days(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        var anna = await world.AccountAsync("anna@example.org");
        var eve = await world.AccountAsync("eve@example.org");
        Task<Guid> BeginAsync(Actor person, string browser) =>
            server.OnAsync<ISignInSessions, Guid>(sessions => sessions.BeginAsync(person.AccountId!.Value, SignInWay.Link, browser, default));
        Task<SignInSessionView?> SeeAsync(Actor person, Guid id) => server.OnAsync<ISignInSessions, SignInSessionView?>(sessions => sessions.SeeAsync(person.AccountId!.Value, id, default));
        var begun = world.Clock.Now;
        var phone = await BeginAsync(anna, "Firefox, Android");
        var laptop = await BeginAsync(anna, new string('x', 100));
        Assert.Null(await SeeAsync(eve, phone));
        Assert.True((await server.OnAsync<ISignInSessions, Outcome<Done>>(sessions => sessions.EndAsync(eve, phone, default))).RefusedFor("NotFound"));

        world.Clock.Now += TimeSpan.FromDays(14);
        Assert.NotNull(await SeeAsync(anna, phone));
        var shown = (await server.OnAsync<ISignInSessions, IReadOnlyList<SignInSessionView>>(sessions => sessions.ListAsync(anna, default))).Single(session => session.Id == phone);
        // When within the day is not kept.
        Assert.Equal((begun, TimeSpan.Zero, world.Clock.Now.UtcDateTime.Date), (shown.BegunAt, shown.SeenOn.TimeOfDay, shown.SeenOn.UtcDateTime));
        world.Clock.Now += TimeSpan.FromDays(1);
        Assert.Null(await SeeAsync(anna, laptop));
        await server.OnAsync<ISignInSessions, bool>(async sessions =>
        {
            await sessions.PurgeAsync(default);
            return true;
        });
        Assert.Equal(1, await world.Sql(context => context.SignInSessions.CountAsync()));
        Assert.True((await server.OnAsync<ISignInSessions, Outcome<Done>>(sessions => sessions.EndAsync(anna, phone, default))).Granted);
        Assert.Null(await SeeAsync(anna, phone));

        await BeginAsync(anna, "Safari");
        var others = await BeginAsync(eve, "Safari");
        Assert.True((await server.OnAsync<ISignInSessions, Outcome<Done>>(sessions => sessions.EndAllAsync(anna, default))).Granted);
        Assert.Empty(await server.OnAsync<ISignInSessions, IReadOnlyList<SignInSessionView>>(sessions => sessions.ListAsync(anna, default)));
        Assert.NotNull(await SeeAsync(eve, others));
    }
}
