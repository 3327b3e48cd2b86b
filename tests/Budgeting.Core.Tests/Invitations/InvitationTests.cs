using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Invitations;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Invitations;

public sealed partial class InvitationTests
{
    private const string Rows = """
        identifier,birth_date,region,language,protected,email,phone
        A-1,2000-01-02,town,fi,0,anna@example.org,+358 40 123 4567
        B-2,1950-02-01,town,sv,0,bertil@example.org,
        C-3,1960-02-01,town,en,0,,+358401112222
        D-4,1970-02-01,town,fi,1,guarded@example.org,
        E-5,2020-02-01,town,fi,0,child@example.org,
        F-6,1980-02-01,town,fi,0,,

        """;

    private static readonly Uri Site = new("https://osallistu.example.fi");

    // What registers come with is written with line breaks of any kind; here with one.
    private static string Lines(string rows) => rows.ReplaceLineEndings("\n");

    private static async Task<(World World, long RoundId)> ReadyAsync(DatabaseKind kind, string? rows = null)
    {
        var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Lines(rows ?? Rows));
        return (world, roundId);
    }

    private static Task<Outcome<Done>> PlanAsync(World world, ServiceProvider server, long roundId, TimeSpan? reminder = null, bool codes = true, Actor? actor = null) =>
        server.OnAsync<IInvitations, Outcome<Done>>(invitations => invitations.PlanAsync(
            actor ?? world.Official, roundId, new(world.Clock.Now, reminder is { } later ? world.Clock.Now + later : null, codes), default));

    private static Task<int> WriteAsync(ServiceProvider server) => server.OnAsync<IInvitations, int>(invitations => invitations.WriteDueAsync(Site, default));

    private static Task<int> SendAsync(ServiceProvider server) => server.GetRequiredService<IMessageDelivery>().SendDueAsync(default);

    private static async Task<InvitationState> StateAsync(World world, ServiceProvider server, long roundId) =>
        (await server.OnAsync<IInvitations, Outcome<InvitationState>>(invitations => invitations.FindAsync(world.Official, roundId, default))).Value;

    private static Task<List<ElectorContact>> ContactsAsync(World world) => world.Sql(context => context.ElectorContacts.AsNoTracking().ToListAsync());

    [Theory, EachDatabase]
    public async Task Addresses_come_with_the_register_encrypted_and_only_of_those_who_are_to_be_invited(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind);
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        var contacts = await ContactsAsync(world);
        Assert.Equal(3, contacts.Count);
        Assert.All(contacts, contact => Assert.DoesNotContain("example", Encoding.UTF8.GetString(contact.Contact!)));
        var state = await StateAsync(world, server, roundId);
        Assert.Equal((2, 1, 0), (state.WithEmail, state.WithPhoneOnly, state.Invited));

        // A later file changes, takes away, and leaves alone what it does not speak of.
        world.TravelTo(Phase.Proposing);
        Assert.True((await world.ImportAsync(roundId, "A-1,2000-01-02,town,fi,0\n", partial: true)).Granted);
        Assert.Equal(3, (await ContactsAsync(world)).Count);
        Assert.True((await world.ImportAsync(roundId, Lines("identifier,birth_date,region,email\nB-2,1950-02-01,town,\nF-6,1980-02-01,town,frida@example.org\n"), partial: true)).Granted);
        state = await StateAsync(world, server, roundId);
        Assert.Equal((2, 1), (state.WithEmail, state.WithPhoneOnly));
        // Whoever has left is not invited; nor is anybody once the register is emptied.
        Assert.True((await world.ImportAsync(roundId, "B-2,1950-02-01,town,sv,0\n")).Granted);
        Assert.Empty(await ContactsAsync(world));
        List<RowFault> faults = [];
        var report = await world.ImportAsync(roundId, Lines("identifier,birth_date,region,email,phone\nA-1,2000-01-02,town,nobody,\nB-2,1950-02-01,town,,12-34\nC-3,1960-02-01,town,carl@example.org,\n"), faults: faults);
        Assert.Equal((0, 3), (report.Value.Bad, report.Value.Rows));
        Assert.Equal([(2L, RowProblem.EmailUnreadable, "email"), (3L, RowProblem.PhoneUnreadable, "phone")], faults.Select(fault => (fault.Line, fault.Problem, fault.Column!)));
        // Who cannot be reached may vote all the same.
        Assert.Equal(3, (await world.CountsAsync(roundId)).OfAge);
        Assert.Single(await ContactsAsync(world));
        Assert.True((await world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(world.Official, roundId, default))).Granted);
        Assert.Empty(await ContactsAsync(world));
    }

    [Theory, EachDatabase]
    public async Task Who_comes_under_protection_order_is_not_written_to_whatever_columns_the_later_file_has(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind);
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        world.TravelTo(Phase.Proposing);
        // A file without addresses: Bertil's and Carol's stay, those of Anna, who is protected now, and of somebody who is too young after all go.
        Assert.True((await world.ImportAsync(roundId, "A-1,2000-01-02,town,fi,1\nC-3,2020-02-01,town,en,0\n", partial: true)).Granted);
        Assert.Single(await ContactsAsync(world));
        Assert.True((await PlanAsync(world, server, roundId)).Granted);
        Assert.Equal(1, await WriteAsync(server));
        await SendAsync(server);
        Assert.Equal("bertil@example.org", Assert.Single(smtp.Mails).To);
    }

    [Theory, EachDatabase]
    public async Task Whoever_was_invited_gets_no_reminder_at_an_address_that_a_later_file_protects_or_takes_away(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind, Rows + "G-7,1980-02-01,town,fi,0,gunnel@example.org,\n");
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        world.TravelTo(Phase.Proposing);
        Assert.True((await server.OnAsync<IInvitations, Outcome<Done>>(invitations => invitations.PlanAsync(
            world.Official, roundId, new(world.Clock.Now, world.Clock.Now.AddDays(16), false), default))).Granted);
        Assert.Equal(3, await WriteAsync(server));
        Assert.True((await world.ImportAsync(
            roundId, Lines("identifier,birth_date,region,protected,email\nA-1,2000-01-02,town,1,anna@example.org\nB-2,1950-02-01,town,0,\n"), partial: true)).Granted);
        Assert.Equal(2, (await ContactsAsync(world)).Count(contact => contact is { Invited: true, Contact: null }));
        while (await SendAsync(server) > 0)
        {
        }
        world.TravelTo(Phase.Voting);
        world.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(1, await WriteAsync(server));
        await SendAsync(server);
        Assert.Equal("gunnel@example.org", Assert.Single(smtp.Mails.Skip(3)).To);
        // They are not invited a second time either, if the address comes back.
        Assert.Equal(3, (await StateAsync(world, server, roundId)).Invited);
    }

    [Theory, EachDatabase]
    public async Task Many_servers_invite_everybody_once_with_a_code_that_works_and_erase_the_address(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind);
        await using var _ = world;
        await using var first = world.AnotherServer(smtp.Settings);
        await using var second = world.AnotherServer(smtp.Settings);
        // Bertil has a code from a letter already.
        var letter = (await world.CodesAsync(roundId, "B-2,1950-02-01,town,sv,0\n"))[0];
        Assert.Equal(0, await WriteAsync(first));
        Assert.True((await PlanAsync(world, first, roundId)).Granted);
        var written = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => WriteAsync(i % 2 == 0 ? first : second)));
        Assert.Equal(2, written.Sum());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => SendAsync(i % 2 == 0 ? first : second)));
        Assert.Equal(["anna@example.org", "bertil@example.org"], smtp.Mails.Select(mail => mail.To).Order(StringComparer.Ordinal));
        var anna = smtp.Mails.Single(mail => mail.To == "anna@example.org").Text;
        Assert.Contains("Äänestä täällä: https://osallistu.example.fi/rounds/", anna);
        Assert.Contains("päättyy 1.2.2027 klo 10.00", anna);
        var code = Code().Match(anna).Value;
        Assert.True((await world.RedeemAsync(roundId, code)).Granted);
        var bertil = smtp.Mails.Single(mail => mail.To == "bertil@example.org").Text;
        Assert.Contains("rösta med koden i det", bertil);
        Assert.DoesNotMatch(Code(), bertil);
        Assert.True((await world.RedeemAsync(roundId, letter)).Granted);

        // Nothing of any address is left, but that they were invited; whoever is reached by telephone only waits for a gateway.
        var contacts = await ContactsAsync(world);
        Assert.Equal(2, contacts.Count(contact => contact is { Invited: true, Contact: null }));
        Assert.Single(contacts, contact => contact is { Invited: false, HasPhone: true });
        Assert.Equal(0, await world.Sql(context => context.OutgoingMessages.CountAsync(message => message.Body != null)));
        var state = await StateAsync(world, first, roundId);
        Assert.Equal(new(MessageKind.Invitation, MessageChannel.Email, MessageState.Sent, 2), Assert.Single(state.Messages));
        Assert.Equal(0, await WriteAsync(second));
        // The log says that it was planned, and no address.
        var entry = (await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 50, default))).Single(entry => entry.Act == "invitations.planned");
        Assert.DoesNotContain("example.org", entry.Detail);
    }

    [Theory, EachDatabase]
    public async Task A_reminder_goes_to_everybody_who_was_invited_whether_they_have_voted_or_not(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind);
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        Assert.True((await PlanAsync(world, server, roundId, TimeSpan.FromDays(2))).Granted);
        Assert.Equal(2, await WriteAsync(server));
        await SendAsync(server);
        Assert.Equal(2, (await StateAsync(world, server, roundId)).WithEmail);
        var code = Code().Match(smtp.Mails.Single(mail => mail.To == "anna@example.org").Text).Value;
        var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, code)).Value, roundId)).Value;
        var sheet = Assert.Single(await world.Do<Core.Voting.IBallotSheets, IReadOnlyList<Core.Voting.BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default)));
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        Assert.Equal(0, await WriteAsync(server));
        world.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(2, await WriteAsync(server));
        while (await SendAsync(server) > 0)
        {
        }
        Assert.Equal(["anna@example.org", "bertil@example.org"], smtp.Mails.Skip(2).Select(mail => mail.To).Order(StringComparer.Ordinal));
        Assert.All(smtp.Mails.Skip(2), mail => Assert.DoesNotMatch(Code(), mail.Text));
        Assert.Contains("koska kukaan ei näe, kuka on äänestänyt", smtp.Mails.Skip(2).Single(mail => mail.To == "anna@example.org").Text);
        Assert.DoesNotContain(await ContactsAsync(world), contact => contact.HasEmail);
        // What the reminder did to codes: nothing.
        Assert.True((await world.RedeemAsync(roundId, code)).Granted);
    }

    [Theory, EachDatabase]
    public async Task A_reminder_says_that_voting_is_open_and_is_held_back_until_it_is(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer(smtp.Settings);
        var roundId = await world.RoundAsync();
        world.TravelTo(Phase.Proposing);
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        Assert.True((await world.ImportAsync(roundId, Lines(Rows))).Granted);
        var voting = World.Weeks(World.Start).Single(period => period.Phase == Phase.Voting).StartsAt;
        Task<Outcome<Done>> RemindAsync(DateTimeOffset at) => server.OnAsync<IInvitations, Outcome<Done>>(invitations => invitations.PlanAsync(
            world.Official, roundId, new(world.Clock.Now, at, false), default));
        Assert.True((await RemindAsync(voting.AddMinutes(-1))).RefusedFor("Invitations.RemindsBeforeVoting"));
        Assert.True((await RemindAsync(voting)).Granted);
        Assert.Equal(2, await WriteAsync(server));
        while (await SendAsync(server) > 0)
        {
        }
        Assert.All(smtp.Mails, mail => Assert.Matches("alkaa|börjar", mail.Text));
        // Voting is put off by a week.
        var later = World.Weeks(World.Start).Select(period => period.Phase switch
        {
            Phase.Evaluating => period with { EndsAt = period.EndsAt!.Value.AddDays(7) },
            Phase.Voting => period with { StartsAt = period.StartsAt.AddDays(7), EndsAt = period.EndsAt!.Value.AddDays(7) },
            Phase.Counting => period with { StartsAt = period.StartsAt.AddDays(7) },
            _ => period,
        }).ToList();
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.RescheduleAsync(world.Official, roundId, later, default))).Granted);
        world.Clock.Now = voting.AddHours(1);
        Assert.Equal(0, await WriteAsync(server));
        world.Clock.Now = voting.AddDays(7);
        Assert.Equal(2, await WriteAsync(server));
        while (await SendAsync(server) > 0)
        {
        }
        Assert.All(smtp.Mails.Skip(2), mail => Assert.Matches("käynnissä|pågår", mail.Subject));
    }

    [Fact]
    public async Task Whoever_has_no_e_mail_address_is_invited_by_text_message()
    {
        using var provider = new HttpListener();
        var port = FreePort();
        provider.Prefixes.Add($"http://127.0.0.1:{port}/");
        provider.Start();
        var (world, roundId) = await ReadyAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        await using var server = world.AnotherServer(new("Sms:Address", $"http://127.0.0.1:{port}/sms"), new("Sms:Token", "secret"), new("Sms:From", "Osallistu"));
        // Before voting opens the message says when it does.
        world.TravelTo(Phase.Evaluating);
        Assert.True((await PlanAsync(world, server, roundId)).Granted);
        // Without e-mail, also those who have both.
        Assert.Equal(2, await WriteAsync(server));
        List<JsonElement> calls = [];
        async Task AnswerAsync()
        {
            for (var i = 0; i < 2; i++)
            {
                var call = await provider.GetContextAsync();
                using var body = await JsonDocument.ParseAsync(call.Request.InputStream);
                calls.Add(body.RootElement.Clone());
                call.Response.StatusCode = 200;
                call.Response.Close();
            }
        }
        var answers = AnswerAsync();
        Assert.Equal(2, await SendAsync(server));
        await answers;
        Assert.Equal(["+358401112222", "+358401234567"], calls.Select(call => call.GetProperty("to").GetString()).Order(StringComparer.Ordinal));
        Assert.All(calls, call => Assert.Equal(("sms", "Osallistu"), (call.GetProperty("channel").GetString(), call.GetProperty("from").GetString())));
        var text = calls.Single(call => call.GetProperty("to").GetString() == "+358401112222").GetProperty("text").GetString()!;
        Assert.StartsWith("You can vote from 25 January 2027 at 10:00 until 1 February 2027 at 10:00: Round. Your code: ", text, StringComparison.Ordinal);
        Assert.EndsWith($"https://osallistu.example.fi/rounds/{roundId}/code", text, StringComparison.Ordinal);
        world.TravelTo(Phase.Voting);
        Assert.True((await world.RedeemAsync(roundId, Code().Match(text).Value)).Granted);
    }

    [Theory, EachDatabase]
    public async Task Cancelling_stops_the_rest_and_closing_erases_what_is_left(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind);
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        Task<Outcome<Done>> Cancel() => server.OnAsync<IInvitations, Outcome<Done>>(invitations => invitations.CancelAsync(world.Official, roundId, default));
        Assert.True((await Cancel()).RefusedFor("Invitations.None"));
        Assert.True((await PlanAsync(world, server, roundId, TimeSpan.FromDays(1))).Granted);
        Assert.Equal(2, await WriteAsync(server));
        Assert.True((await PlanAsync(world, server, roundId)).RefusedFor("Invitations.Begun"));
        Assert.True((await Cancel()).Granted);
        world.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(0, await WriteAsync(server));
        Task<Outcome<int>> Purge() => server.OnAsync<IRetention, Outcome<int>>(retention => retention.RunAsync(Actor.Platform, RetentionTask.Contacts, null, default));
        Assert.Equal(0, (await Purge()).Value);
        world.TravelTo(Phase.Counting);
        Assert.Equal(3, (await Purge()).Value);
        Assert.Empty(await ContactsAsync(world));
    }

    [Theory, EachDatabase]
    public async Task A_plan_has_a_time_a_gateway_and_somebody_who_has_just_shown_a_passkey(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var (world, roundId) = await ReadyAsync(kind);
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        await using var dumb = world.AnotherServer();
        Task<Outcome<Done>> At(TimeSpan sends, TimeSpan? reminds) => server.OnAsync<IInvitations, Outcome<Done>>(invitations => invitations.PlanAsync(
            world.Official, roundId, new(world.Clock.Now + sends, reminds is { } later ? world.Clock.Now + later : null, false), default));
        Assert.True((await PlanAsync(world, dumb, roundId)).RefusedFor("Invitations.NoGateway"));
        Assert.True((await At(TimeSpan.FromHours(-1), null)).RefusedFor("Invitations.SendsAt"));
        Assert.True((await At(TimeSpan.FromDays(8), null)).RefusedFor("Invitations.SendsAt"));
        Assert.True((await At(TimeSpan.FromHours(1), TimeSpan.FromHours(20))).RefusedFor("Invitations.RemindsAt"));
        Assert.True((await At(TimeSpan.FromHours(1), TimeSpan.FromDays(8))).RefusedFor("Invitations.RemindsAt"));
        var stale = world.Official with { PasskeyAt = world.Clock.Now - TimeSpan.FromMinutes(11) };
        Assert.True((await PlanAsync(world, server, roundId, actor: stale)).RefusedFor("StepUp.Needed"));
        Assert.True((await PlanAsync(world, server, roundId, actor: world.Fresh(world.Resident))).RefusedFor("Forbidden"));
        // Later, and not before.
        Assert.True((await At(TimeSpan.FromHours(1), null)).Granted);
        Assert.Equal(0, await WriteAsync(server));
        world.Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(2, await WriteAsync(server));
        // Without codes nobody gets one.
        await SendAsync(server);
        Assert.All(smtp.Mails, mail => Assert.DoesNotMatch(Code(), mail.Text));
        Assert.Equal(0, (await world.CountsAsync(roundId)).WithLetterCode);
    }

    [Theory, EachDatabase]
    public async Task A_link_to_sign_in_does_not_stand_in_line_behind_invitations(DatabaseKind kind)
    {
        await using var smtp = new SmtpServer();
        var rows = new StringBuilder("identifier,birth_date,region,email\n");
        for (var i = 0; i < 600; i++)
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"X-{i},1980-01-01,town,person{i}@example.org\n");
        var (world, roundId) = await ReadyAsync(kind, rows.ToString());
        await using var _ = world;
        await using var server = world.AnotherServer(smtp.Settings);
        Assert.True((await PlanAsync(world, server, roundId)).Granted);
        // No more than some wait at a time.
        Assert.Equal(400, await WriteAsync(server));
        Assert.Equal(0, await WriteAsync(server));
        await world.AccountAsync("anna@example.org");
        await server.AskAsync("anna@example.org");
        Assert.Equal(100, await SendAsync(server));
        Assert.Contains(smtp.Mails, mail => mail.To == "anna@example.org");
        Assert.Equal(99, smtp.Mails.Count(mail => mail.To.StartsWith("person", StringComparison.Ordinal)));
        Assert.Equal(99, await WriteAsync(server));
        var sent = 0;
        do
            await WriteAsync(server);
        while ((sent = await SendAsync(server)) > 0);
        Assert.Equal(600, smtp.Mails.Where(mail => mail.To.StartsWith("person", StringComparison.Ordinal)).Select(mail => mail.To).Distinct().Count());
        Assert.Equal(600, smtp.Mails.Count(mail => mail.To.StartsWith("person", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("+358 40 123 4567", "+358401234567")]
    [InlineData("00358-40-1234567", "+358401234567")]
    [InlineData(" +46 (8) 123 456 78 ", "+46812345678")]
    [InlineData("0401234567", "+358401234567")]
    [InlineData("040 123 4567", "+358401234567")]
    [InlineData("+358 (0)40 123 4567", "+358401234567")]
    [InlineData("09 123 456", "+3589123456")]
    [InlineData("0", null)]
    [InlineData("401234567", null)]
    [InlineData("+358", null)]
    [InlineData("+0401234567", null)]
    [InlineData("+3584012345678901", null)]
    [InlineData("+35840x234567", null)]
    [InlineData("", null)]
    public void A_telephone_number_is_read_with_its_country_code_or_as_it_is_dialled_in_Finland(string typed, string? number) => Assert.Equal(number, PhoneNumber.Parse(typed)?.Value);

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    [GeneratedRegex("[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}")]
    private static partial Regex Code();
}
