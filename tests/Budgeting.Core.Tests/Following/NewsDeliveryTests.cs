using Budgeting.Core.Following;
using Budgeting.Core.Notifications;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Database;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Tests.Following;

/// <summary>Many followers, several servers, and servers that are killed.</summary>
public sealed class NewsDeliveryTests(ITestOutputHelper output)
{
    private const int Batch = 50;

    /// <summary>So many people who follow a round, written by one statement.</summary>
    private static async Task FollowManyAsync(World world, long roundId, int count, NewsChoice choice = NewsChoice.Immediate)
    {
        await world.Sql(async context =>
        {
            // Numbers by doubling: both databases know it.
            FormattableString accounts = $"""
                INSERT INTO accounts (user_name, normalized_user_name, email, normalized_email, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, display_name, security_stamp)
                WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count})
                SELECT 'follower-' || number || '@example.net', 'FOLLOWER-' || number || '@EXAMPLE.NET', 'follower-' || number || '@example.net', 'FOLLOWER-' || number || '@EXAMPLE.NET', {true}, {false}, {false}, {false}, 0, 'follower', 'x'
                FROM numbers
                """;
            await context.Database.ExecuteSqlAsync(accounts);
            var name = choice.ToString();
            var at = context.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal) ? (object)world.Clock.Now.UtcTicks : world.Clock.Now;
            return await context.Database.ExecuteSqlAsync($"""
                INSERT INTO follows (account_id, round_id, choice, chosen, told_to, followed_at)
                SELECT id, {roundId}, {name}, {false}, 0, {at} FROM accounts WHERE email LIKE 'follower-%'
                """);
        });
    }

    private static Task<int> WaitingAsync(World world) => world.Sql(context => context.OutgoingMessages.CountAsync(message => message.State == MessageState.Waiting));

    // As if they had all been sent: what is tried here is who is told, not the mail server.
    private static Task<int> SendOffAsync(World world) => world.Sql(context => context.OutgoingMessages.Where(message => message.State == MessageState.Waiting)
        .ExecuteUpdateAsync(row => row.SetProperty(message => message.State, MessageState.Sent).SetProperty(message => message.Body, (byte[]?)null)));

    private static Task<Dictionary<long, int>> MessagesAsync(World world) => world.Sql(context =>
        context.OutgoingMessages.Where(message => message.Kind == MessageKind.News).GroupBy(message => message.AccountId!.Value)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count));

    [Theory, EachDatabase]
    public async Task Several_servers_at_once_tell_each_follower_once(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        KeyValuePair<string, string?>[] settings = [new("Following:Batch", $"{Batch}"), new("Following:MostWaiting", "100000")];
        await using var first = world.Sending(smtp, settings);
        await using var second = world.Sending(smtp, settings);
        var (roundId, _) = await world.ProposingAsync();
        await FollowManyAsync(world, roundId, 1_000);
        world.TravelTo(Phase.Voting);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? first : second).OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default))));
        var told = await MessagesAsync(world);
        Assert.Equal(1_000, told.Count);
        Assert.All(told.Values, count => Assert.Equal(1, count));
        Assert.Equal(0, await world.Sql(context => context.Follows.CountAsync(follow => follow.ToldTo == 0)));
    }

    [Theory, EachDatabase]
    public async Task A_server_that_is_killed_in_the_middle_leaves_the_rest_to_the_next_and_nobody_hears_twice(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        var (roundId, _) = await world.ProposingAsync();
        await FollowManyAsync(world, roundId, 300, NewsChoice.Daily);
        world.TravelTo(Phase.Voting);
        // Each of these comes a little further before it is killed, somewhere between two statements.
        for (var killedAfter = 3; killedAfter < 60; killedAfter += 8)
        {
            using var kill = new CancellationTokenSource();
            var statements = 0;
            await using var server = world.AnotherServer(services =>
            {
                services.AddSingleton<IMessageGateway, NoGateway>();
                services.Configure<FollowingOptions>(following => following.Batch = Batch);
                services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(new Statements(_ =>
                {
                    if (Interlocked.Increment(ref statements) >= killedAfter)
                        kill.Cancel();
                })));
            });
            // The digest is due at eight; before that its run is planned.
            try
            {
                await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(kill.Token));
            }
            catch (OperationCanceledException)
            {
                // Killed.
            }
            world.Clock.Now += TimeSpan.FromHours(1);
            var soFar = await MessagesAsync(world);
            Assert.All(soFar.Values, count => Assert.Equal(1, count));
            Assert.Equal(soFar.Count, await world.Sql(context => context.Follows.CountAsync(follow => follow.ToldTo > 0 && follow.Choice == NewsChoice.Daily)));
        }
        world.Clock.Now += TimeSpan.FromDays(1);
        await using var last = world.Sending(smtp, new("Following:Batch", $"{Batch}"), new("Following:MostWaiting", "100000"));
        await last.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default));
        var told = await MessagesAsync(world);
        Assert.Equal(300, told.Count);
        Assert.All(told.Values, count => Assert.Equal(1, count));
    }

    [Theory, EachDatabase]
    public async Task Tens_of_thousands_of_followers_are_told_in_batches_of_which_each_costs_the_same(DatabaseKind kind)
    {
        const int followers = 30_000, batch = 1_000, waiting = 5_000;
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        var statements = 0;
        await using var server = world.AnotherServer(services =>
        {
            services.AddSingleton<IMessageGateway, NoGateway>();
            services.Configure<FollowingOptions>(following => (following.Batch, following.MostWaiting) = (batch, waiting));
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(new Statements(text =>
            {
                // What is written of one batch comes in statements of a limited number of rows.
                if (!text.Contains("INSERT INTO \"outgoing_messages\"", StringComparison.Ordinal) && !text.Contains("INSERT INTO outgoing_messages", StringComparison.Ordinal))
                    Interlocked.Increment(ref statements);
            })));
        });
        var (roundId, _) = await world.ProposingAsync();
        await FollowManyAsync(world, roundId, followers);
        world.TravelTo(Phase.Voting);
        List<(int Written, int Statements)> calls = [];
        for (var told = 0; told < followers;)
        {
            statements = 0;
            var written = await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default));
            Assert.True(written > 0);
            told += written;
            calls.Add((written, statements));
            // No more is written than may wait, and what is left is taken up again.
            Assert.InRange(await WaitingAsync(world), 1, waiting);
            await SendOffAsync(world);
        }
        output.WriteLine($"{kind}: {string.Join("; ", calls.Select(call => $"{call.Written} messages, {call.Statements} statements"))}");
        Assert.Equal(followers / waiting, calls.Count);
        // Each call does five batches, and needs the same whether it is the first or the last.
        Assert.All(calls, call => Assert.Equal(waiting, call.Written));
        Assert.All(calls[1..^1], call => Assert.Equal(calls[1].Statements, call.Statements));
        Assert.True(calls[1].Statements <= 5 * 16 + 16, $"{calls[1].Statements} statements for five batches");
        var counts = await MessagesAsync(world);
        Assert.Equal(followers, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(1, count));
        Assert.Equal(0, await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task A_link_to_sign_in_with_does_not_wait_behind_followers(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, _) = await world.ProposingAsync();
        await FollowManyAsync(world, roundId, 300);
        world.TravelTo(Phase.Voting);
        Assert.Equal(300, await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default)));
        world.Clock.Now += TimeSpan.FromMinutes(1);
        await world.FollowerAsync("anna");
        Assert.True((await server.AskAsync("anna@example.org")).Granted);
        await server.SendMailAsync();
        Assert.Contains(smtp.Mails, mail => mail.To == "anna@example.org");
        Assert.True(smtp.Mails.Count < 300);
    }

    [Theory, EachDatabase]
    public async Task A_link_that_is_asked_for_while_followers_are_being_told_overtakes_them(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, _) = await world.ProposingAsync();
        await FollowManyAsync(world, roundId, 60);
        world.TravelTo(Phase.Voting);
        Assert.Equal(60, await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default)));
        await world.FollowerAsync("anna");
        var arrived = 0;
        smtp.Arriving = async _ =>
        {
            if (Interlocked.Increment(ref arrived) == 5)
                Assert.True((await server.AskAsync("anna@example.org")).Granted);
        };
        Assert.Equal(61, await server.SendMailAsync());
        Assert.InRange(smtp.Mails.Select(mail => mail.To).ToList().IndexOf("anna@example.org"), 4, 12);
    }

    private sealed class NoGateway : IMessageGateway
    {
        public MessageChannel Channel => MessageChannel.Email;

        public Task SendAsync(Message message, CancellationToken cancellation) => throw new MessageDelayedException("none");
    }

    /// <summary>Tells of each statement that a server sends to its database.</summary>
}
