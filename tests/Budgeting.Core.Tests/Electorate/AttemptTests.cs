using Budgeting.Core.Electorate;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Electorate;

public sealed class AttemptTests
{
    private const string One = "A-1,2000-01-02,town,fi,0\n";

    private static string Wrong(int number) => EntryCode.Write(number.ToString("00000000000000"));

    [Theory, EachDatabase]
    public async Task Wrong_codes_from_one_address_are_counted_for_all_servers_together(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(One);
        var code = (await world.CodesAsync(roundId, One))[0];
        await using var other = world.AnotherServer();
        async Task<Outcome<EntryPass>> ThereAsync(string typed)
        {
            await using var scope = other.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<IElectorate>().RedeemCodeAsync(roundId, typed, "2001:db8:1:2:3::4", default);
        }
        // A household has many addresses of IPv6, and is one.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            i % 2 == 0 ? world.RedeemAsync(roundId, Wrong(i), $"2001:db8:1:2::{i + 1:x}") : ThereAsync(Wrong(i))));
        Assert.Equal(50, outcomes.Count(outcome => outcome.RefusedFor("Electorate.CodeUnknown")));
        Assert.Equal(10, outcomes.Count(outcome => outcome.RefusedFor("Attempts.TooMany")));
        // Not even the right one, until the window is over; and nobody else is held up.
        Assert.True((await ThereAsync(code)).RefusedFor("Attempts.TooMany"));
        Assert.True((await world.RedeemAsync(roundId, code, "2001:db8:1:3::1")).Granted);
        world.Clock.Now += TimeSpan.FromMinutes(15);
        Assert.True((await ThereAsync(code)).Granted);
    }

    [Theory, EachDatabase]
    public async Task Codes_that_are_right_do_not_count_against_an_address_that_many_share(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"P-{i},1980-01-01,town,fi,0\n"));
        var (roundId, _) = await world.RegisteredAsync(rows);
        foreach (var code in await world.CodesAsync(roundId, rows))
            Assert.True((await world.RedeemAsync(roundId, code)).Granted);
    }

    [Theory, EachDatabase]
    public async Task An_account_and_an_entry_are_counted_too(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(One);
        var code = (await world.CodesAsync(roundId, One))[0];
        for (var i = 0; i < 10; i++)
            Assert.True((await world.LinkAsync(world.Resident, roundId, Wrong(i))).RefusedFor("Electorate.CodeUnknown"));
        var refusal = Assert.Single((await world.LinkAsync(world.Resident, roundId, code)).Refusals);
        Assert.Equal(("Attempts.TooMany", 15), (refusal.Key, refusal.Arguments[0]));
        for (var i = 0; i < 20; i++)
            Assert.True((await world.RedeemAsync(roundId, code, $"198.51.100.{i}")).Granted);
        Assert.True((await world.RedeemAsync(roundId, code, "198.51.100.99")).RefusedFor("Attempts.TooMany"));
    }

    [Theory, EachDatabase]
    public async Task An_unused_one_time_code_goes_when_its_time_is_over(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(One);
        await world.CodesAsync(roundId, One);
        var clerk = await world.ClerkAsync();
        var entry = (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, "A-1", default))).Value;
        Assert.True((await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, entry.Id, default))).Granted);
        async Task<int> LeftAsync()
        {
            await world.Do<IAttempts, bool>(async attempts =>
            {
                await attempts.PurgeAsync(default);
                return true;
            });
            return await world.Sql(context => context.ElectorCodes.CountAsync());
        }
        Assert.Equal(2, await LeftAsync());
        world.Clock.Now += TimeSpan.FromMinutes(DeskEntry.SessionMinutes);
        Assert.Equal(1, await LeftAsync());
        Assert.Equal(1, (await world.CountsAsync(roundId)).WithLetterCode);
    }

    [Theory, EachDatabase]
    public async Task Counts_hold_no_address_and_go_when_their_window_is_over(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(One);
        async Task<int> Purge()
        {
            await world.Do<IAttempts, bool>(async attempts =>
            {
                await attempts.PurgeAsync(default);
                return true;
            });
            return await world.Sql(context => context.Attempts.CountAsync());
        }
        // What was counted while the round was made has had its time.
        Assert.Equal(0, await Purge());
        await world.RedeemAsync(roundId, Wrong(1), "203.0.113.77");
        var subject = Assert.Single(await world.Sql(context => context.Attempts.Select(attempt => attempt.Subject).ToListAsync()));
        Assert.Equal(32, subject.Length);
        Assert.Equal(1, await Purge());
        world.Clock.Now += TimeSpan.FromMinutes(15);
        Assert.Equal(0, await Purge());
    }
}
