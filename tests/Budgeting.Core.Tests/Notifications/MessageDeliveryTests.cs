using System.Net;
using System.Text;
using System.Text.Json;
using Budgeting.Core.Notifications;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Notifications;

public sealed class MessageDeliveryTests
{
    private static Task<int> SendAsync(IServiceProvider server) => server.GetRequiredService<IMessageDelivery>().SendDueAsync(default);

    private static Task<OutgoingMessage> RowAsync(World world) => world.Sql(context => context.OutgoingMessages.AsNoTracking().SingleAsync());

    [Theory, EachDatabase]
    public async Task A_message_is_sent_by_one_of_many_servers_and_its_content_is_erased(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var first = world.AnotherServer(smtp.Settings);
        await using var second = world.AnotherServer(smtp.Settings);
        var anna = await world.AccountAsync("anna@example.org");
        Assert.True((await first.AskAsync("anna@example.org")).Granted);
        var waiting = await RowAsync(world);
        Assert.Equal((MessageState.Waiting, MessageKind.SignInLink, anna.AccountId), (waiting.State, waiting.Kind, waiting.AccountId));
        // Neither address nor link can be read where it waits.
        Assert.DoesNotContain("anna", Encoding.UTF8.GetString(waiting.Body!));
        Assert.DoesNotContain("token", Encoding.UTF8.GetString(waiting.Body!));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(i % 2 == 0 ? first : second)));
        var mail = Assert.Single(smtp.Mails);
        Assert.Equal(("palvelu@example.org", "anna@example.org"), (mail.From, mail.To));
        Assert.StartsWith("/sign-in/link?token=", mail.Link);
        var sent = await RowAsync(world);
        Assert.Equal((MessageState.Sent, 1), (sent.State, sent.Attempts));
        Assert.Null(sent.Body);

        world.Clock.Now += TimeSpan.FromDays(91);
        await first.GetRequiredService<IMessageDelivery>().PurgeAsync(default);
        Assert.Equal(0, await world.Sql(context => context.OutgoingMessages.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task A_server_that_is_away_is_tried_again_a_while_later(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer { Refusal = "451 later" };
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        await world.AccountAsync("anna@example.org");
        await server.AskAsync("anna@example.org");
        Assert.Equal(1, await SendAsync(server));
        Assert.Equal(0, await SendAsync(server));
        var row = await RowAsync(world);
        Assert.Equal((MessageState.Waiting, 1), (row.State, row.Attempts));
        Assert.Equal(world.Clock.Now.AddSeconds(5), row.DueAt);
        smtp.Refusal = null;
        world.Clock.Now += TimeSpan.FromSeconds(5);
        Assert.Equal(1, await SendAsync(server));
        Assert.Equal("anna@example.org", Assert.Single(smtp.Mails).To);
    }

    [Theory, EachDatabase]
    public async Task What_will_never_be_taken_and_what_is_too_late_is_given_up_and_erased(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer { Refusal = "550 nobody of that name" };
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        await world.AccountAsync("anna@example.org");
        await server.AskAsync("anna@example.org");
        await SendAsync(server);
        var refused = await RowAsync(world);
        Assert.Equal(MessageState.Refused, refused.State);
        Assert.Null(refused.Body);

        smtp.Refusal = "451 later";
        await server.AskAsync("anna@example.org");
        world.Clock.Now += TimeSpan.FromMinutes(LinkRequest.Minutes);
        var connections = smtp.Connections;
        await SendAsync(server);
        Assert.Equal(1, await world.Sql(context => context.OutgoingMessages.CountAsync(message => message.State == MessageState.Expired && message.Body == null)));
        Assert.Equal(connections, smtp.Connections);
    }

    [Theory, EachDatabase]
    public async Task A_message_left_behind_by_a_server_that_was_killed_is_taken_over_after_a_minute(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        await world.AccountAsync("anna@example.org");
        await server.AskAsync("anna@example.org");
        // As the killed one left it: taken, and nothing noted.
        await world.Sql(context => context.OutgoingMessages.ExecuteUpdateAsync(row => row
            .SetProperty(message => message.DueAt, world.Clock.Now.AddMinutes(1)).SetProperty(message => message.Attempts, 1)));
        Assert.Equal(0, await SendAsync(server));
        world.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(1, await SendAsync(server));
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_provider_takes_messages_as_JSON_with_its_token()
    {
        using var provider = new HttpListener();
        var port = FreePort();
        provider.Prefixes.Add($"http://127.0.0.1:{port}/");
        provider.Start();
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        await using var server = world.AnotherServer(
            new("Mail:Address", $"http://127.0.0.1:{port}/send"), new("Mail:Token", "secret"), new("Mail:From", "palvelu@example.org"));
        await world.AccountAsync("anna@example.org");
        await server.AskAsync("anna@example.org");
        List<(string Token, string Key, JsonElement Body)> calls = [];
        async Task AnswerAsync(int status)
        {
            var call = await provider.GetContextAsync();
            using var body = await JsonDocument.ParseAsync(call.Request.InputStream);
            calls.Add((call.Request.Headers["Authorization"]!, call.Request.Headers["Idempotency-Key"]!, body.RootElement.Clone()));
            call.Response.StatusCode = status;
            call.Response.Close();
        }
        foreach (var (status, wait) in new[] { (503, 5), (429, 15), (200, 0) })
        {
            var answer = AnswerAsync(status);
            Assert.Equal(1, await SendAsync(server));
            await answer;
            world.Clock.Now += TimeSpan.FromSeconds(wait);
        }
        Assert.Equal(MessageState.Sent, (await RowAsync(world)).State);
        Assert.All(calls, call => Assert.Equal("Bearer secret", call.Token));
        Assert.Single(calls.Select(call => call.Key).Distinct());
        Assert.Equal(("email", "anna@example.org", "palvelu@example.org"),
            (calls[0].Body.GetProperty("channel").GetString(), calls[0].Body.GetProperty("to").GetString(), calls[0].Body.GetProperty("from").GetString()));
        Assert.Contains("/sign-in/link?token=", calls[0].Body.GetProperty("text").GetString());

        await server.AskAsync("anna@example.org");
        var refusing = AnswerAsync(400);
        await SendAsync(server);
        await refusing;
        Assert.Equal(1, await world.Sql(context => context.OutgoingMessages.CountAsync(message => message.State == MessageState.Refused)));
    }

    [Theory, EachDatabase]
    public async Task Without_a_gateway_nothing_waits_for_ever_and_the_person_is_told(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        await world.AccountAsync("anna@example.org");
        Assert.True((await server.AskAsync("anna@example.org")).RefusedFor("SignIn.NoMail"));
        Assert.Equal(0, await world.Sql(context => context.OutgoingMessages.CountAsync()));
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
