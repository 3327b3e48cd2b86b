using Budgeting.Core.Moderation;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.People;

public sealed class RetentionTests
{
    private static ServiceProvider Server(World world, SmtpServer smtp) => world.AnotherServer(
        new("Mail:Host", "127.0.0.1"), new("Mail:Port", $"{smtp.Port}"), new("Mail:Tls", "false"), new("Mail:From", "osallistu@example.fi"));

    private static async Task<int> RunAsync(ServiceProvider server, RetentionTask task) =>
        (await server.OnAsync<IRetention, Outcome<int>>(retention => retention.RunAsync(Actor.Platform, task, "https://osallistu.example", default))).Value;

    [Theory, EachDatabase]
    public async Task An_account_that_nobody_uses_is_deleted_after_a_warning(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = Server(world, smtp);
        var anna = await world.AccountAsync("anna@example.org");
        var eve = await world.AccountAsync("eve@example.org");
        Task SeeAsync(Actor person) => server.OnAsync<ISignInSessions, Guid>(sessions => sessions.BeginAsync(person.AccountId!.Value, SignInWay.Link, "Firefox", default));
        await SeeAsync(anna);
        await SeeAsync(eve);
        world.Clock.Now += TimeSpan.FromDays(700);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        await server.SendMailAsync();
        Assert.Empty(smtp.Mails);

        // Officials are not warned: they hand over first.
        world.Clock.Now += TimeSpan.FromDays(800);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        await server.SendMailAsync();
        Assert.Contains(smtp.Mails, mail => mail.To == "anna@example.org" && mail.Link == "/sign-in");
        Assert.DoesNotContain(smtp.Mails, mail => mail.To == "official@example.org");

        // One comes back, the other does not.
        await SeeAsync(eve);
        world.Clock.Now += TimeSpan.FromDays(59);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        Assert.Equal(0, await world.Sql(context => context.Users.CountAsync(account => account.LeftAt != null)));
        world.Clock.Now += TimeSpan.FromDays(2);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        Assert.NotNull(await world.Sql(context => context.Users.Where(account => account.Id == anna.AccountId).Select(account => account.LeftAt).SingleAsync()));
        Assert.Null(await world.Sql(context => context.Users.Where(account => account.Id == eve.AccountId).Select(account => account.LeftAt).SingleAsync()));
        Assert.Null(await world.Sql(context => context.Users.Where(account => account.Id == world.Official.AccountId).Select(account => account.LeftAt).SingleAsync()));
    }

    [Theory, EachDatabase]
    public async Task Only_who_was_warned_at_an_address_of_their_own_is_deleted_former_officials_too(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = Server(world, smtp);
        var mistyped = await world.AccountAsync("stranger@example.org", confirmed: false);
        var refused = await world.AccountAsync("refused@example.org");
        var former = await world.AccountAsync("former@example.org");
        await world.GrantAsync(former, Role.Evaluator, endsAt: world.Clock.Now.AddDays(30));
        Task<bool> HasLeftAsync(Actor person) => world.Sql(context => context.Users.Where(account => account.Id == person.AccountId).Select(account => account.LeftAt != null).SingleAsync());
        (smtp.Refusal, smtp.RefusedTo) = ("550 nobody", "refused@example.org");
        await RunAsync(server, RetentionTask.InactiveAccounts);
        world.Clock.Now += TimeSpan.FromDays(800);
        Assert.Equal(2, await RunAsync(server, RetentionTask.InactiveAccounts));
        // The warning leaves ten days later: the mail server was away.
        world.Clock.Now += TimeSpan.FromDays(10);
        await server.SendMailAsync();
        Assert.Equal(["former@example.org"], smtp.Mails.Select(mail => mail.To));
        world.Clock.Now += TimeSpan.FromDays(51);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        Assert.False(await HasLeftAsync(former));
        world.Clock.Now += TimeSpan.FromDays(10);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        Assert.True(await HasLeftAsync(former));
        Assert.False(await HasLeftAsync(refused));
        Assert.False(await HasLeftAsync(mistyped));

        // The one whose warning was refused is warned anew, and deleted after that.
        smtp.Refusal = null;
        await RunAsync(server, RetentionTask.InactiveAccounts);
        await server.SendMailAsync();
        Assert.Equal(["refused@example.org"], smtp.Mails.Skip(1).Select(mail => mail.To));
        world.Clock.Now += TimeSpan.FromDays(61);
        await RunAsync(server, RetentionTask.InactiveAccounts);
        Assert.True(await HasLeftAsync(refused));
        Assert.False(await HasLeftAsync(mistyped));
    }

    [Theory, EachDatabase]
    public async Task Without_mail_nobody_is_warned_and_nobody_deleted(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        await RunAsync(server, RetentionTask.InactiveAccounts);
        for (var i = 0; i < 3; i++)
        {
            world.Clock.Now += TimeSpan.FromDays(1_000);
            Assert.Equal(0, await RunAsync(server, RetentionTask.InactiveAccounts));
        }
        Assert.Equal(0, await world.Sql(context => context.Users.CountAsync(account => account.LeftAt != null || account.WarnedAt != null)));
    }

    [Theory, EachDatabase]
    public async Task Who_made_a_report_is_forgotten_some_time_after_it_was_settled(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer([new("Retention:ReporterDays", "30")]);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        var (settled, open) = (await world.ProposalAsync(roundId, headingId, "Keinut puistoon"), await world.ProposalAsync(roundId, headingId, "Penkki puistoon"));
        var reporter = await world.PersonAsync("reporter", world.TownId);
        foreach (var proposalId in new[] { settled, open })
        {
            Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation =>
                moderation.ReportAsync(reporter, proposalId, new(ModerationCategory.PersonalData, "Nimi"), default))).Granted);
        }
        Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
            world.Official, [settled], new(ModerationKind.Keep, null, "Ehdotuksessa ei ole mitään väärää."), default))).Granted);
        world.Clock.Now += TimeSpan.FromDays(29);
        Assert.Equal(0, await RunAsync(server, RetentionTask.Reporters));
        world.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(1, await RunAsync(server, RetentionTask.Reporters));
        Assert.Equal([open], await world.Sql(context => context.Reports.Where(report => report.ReporterId != null).Select(report => report.ProposalId).ToListAsync()));
    }

    [Theory, EachDatabase]
    public async Task The_code_of_a_former_address_goes_when_the_voting_it_guards_is_over(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var server = world.AnotherServer();
        await world.VotingAsync(costs: [40]);
        var anna = await world.AccountAsync("anna@example.org");
        Assert.True((await world.Do<IMyData, Outcome<Done>>(data => data.DeleteAsync(world.Fresh(anna), null, new(true, false), default))).Granted);
        Assert.Equal(0, await RunAsync(server, RetentionTask.FormerVoters));
        world.TravelTo(Phase.Counting);
        Assert.Equal(1, await RunAsync(server, RetentionTask.FormerVoters));
        Assert.Equal(0, await world.Sql(context => context.FormerVoters.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task Sign_ins_links_and_messages_go_after_their_periods_and_what_was_done_is_noted(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = Server(world, smtp);
        var anna = await world.AccountAsync("anna@example.org");
        await server.OnAsync<ISignInSessions, Guid>(sessions => sessions.BeginAsync(anna.AccountId!.Value, SignInWay.Link, "Firefox", default));
        Assert.True((await server.AskAsync("anna@example.org")).Granted);
        Assert.True((await server.AskAsync("anna@example.org")).Granted);
        Assert.Equal(0, await RunAsync(server, RetentionTask.Outbox));
        world.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Equal(2, await RunAsync(server, RetentionTask.Outbox));
        Assert.Equal(2, await RunAsync(server, RetentionTask.OneTimeLinks));
        Assert.True(await RunAsync(server, RetentionTask.Attempts) == 0);
        Assert.Equal(0, await world.Sql(context => context.OutgoingMessages.CountAsync(message => message.Body != null)));
        world.Clock.Now += TimeSpan.FromDays(13);
        Assert.Equal(0, await RunAsync(server, RetentionTask.SignIns));
        world.Clock.Now += TimeSpan.FromDays(3);
        Assert.Equal(1, await RunAsync(server, RetentionTask.SignIns));
        Assert.Equal(0, await RunAsync(server, RetentionTask.DeliveryLog));
        world.Clock.Now += TimeSpan.FromDays(90);
        Assert.Equal(2, await RunAsync(server, RetentionTask.DeliveryLog));
        Assert.True(await RunAsync(server, RetentionTask.Attempts) > 0);
        var runs = await server.OnAsync<IRetention, IReadOnlyList<RetentionRun>>(retention => retention.RunsAsync(default));
        Assert.Equal(Enum.GetValues<RetentionTask>(), runs.Select(run => run.Task));
        Assert.Equal((world.Clock.Now, 2), (runs.Single(run => run.Task == RetentionTask.DeliveryLog).At, runs.Single(run => run.Task == RetentionTask.DeliveryLog).Rows));
    }

    [Fact]
    public async Task The_document_on_privacy_names_every_table_and_no_other()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var tables = await world.Sql(context => Task.FromResult(context.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Distinct().Order(StringComparer.Ordinal).ToList()));
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Budgeting.sln")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        var rows = (await File.ReadAllLinesAsync(Path.Combine(folder, "docs", "privacy.md"))).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        Assert.Equal(tables, rows.Select(row => row.Split('`')[1]).Order(StringComparer.Ordinal));
        // What, why, on what ground, how long: none is left empty.
        Assert.All(rows, row => Assert.Equal(5, row.Split('|', StringSplitOptions.RemoveEmptyEntries).Count(cell => cell.Trim().Length > 0)));
    }
}
