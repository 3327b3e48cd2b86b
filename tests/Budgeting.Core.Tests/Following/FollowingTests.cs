using Budgeting.Core.Confirmations;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Following;
using Budgeting.Core.Moderation;
using Budgeting.Core.Notifications;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Following;

public sealed class FollowingTests
{
    private const string Text = "Tämä on ehdotus, jossa on tarpeeksi tekstiä.";

    [Theory, EachDatabase]
    public async Task A_person_follows_what_is_public_once_and_stops_again(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var announcedLater = await world.RoundAsync(periods: World.Weeks(World.Start.AddDays(100)));
        var (roundId, headingId) = await world.ProposingAsync();
        var proposalId = await world.ProposalAsync(roundId, headingId, "Keinut puistoon");
        var draft = (await world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(
            world.Resident, roundId, new(headingId, "fi", "Vain luonnos", Text, null), Guid.NewGuid(), default))).Value;
        var anna = await world.FollowerAsync("anna");
        Assert.True((await world.FollowAsync(Actor.Visitor, roundId)).RefusedFor("SignIn.Needed"));
        Assert.True((await world.FollowAsync(anna, announcedLater)).RefusedFor("NotFound"));
        Assert.True((await world.FollowAsync(anna, 999)).RefusedFor("NotFound"));
        Assert.True((await world.FollowProposalAsync(anna, draft)).RefusedFor("NotFound"));
        for (var i = 0; i < 2; i++)
        {
            Assert.True((await world.FollowAsync(anna, roundId)).Granted);
            Assert.True((await world.FollowProposalAsync(anna, proposalId)).Granted);
        }
        var followed = Assert.Single((await world.OwnAsync(anna)).Rounds);
        Assert.Equal((roundId, true, null), (followed.RoundId, followed.Whole, followed.Own));
        Assert.Equal((proposalId, "Keinut puistoon"), (followed.Proposals[0].ProposalId, followed.Proposals[0].Title));
        Assert.Equal(NewsChoice.Daily, (await world.OwnAsync(anna)).Choice);
        // The author follows what they propose, from the moment it is submitted.
        Assert.Equal([proposalId], (await world.OwnAsync(world.Resident)).Rounds.SelectMany(round => round.Proposals).Select(proposal => proposal.ProposalId));

        Assert.True((await world.Do<IFollowing, Outcome<Done>>(following => following.UnfollowRoundAsync(anna, roundId, default))).Granted);
        followed = Assert.Single((await world.OwnAsync(anna)).Rounds);
        Assert.False(followed.Whole);
        Assert.True((await world.Do<IFollowing, Outcome<Done>>(following => following.UnfollowProposalAsync(anna, proposalId, default))).Granted);
        Assert.True((await world.Do<IFollowing, Outcome<Done>>(following => following.UnfollowProposalAsync(anna, proposalId, default))).Granted);
        Assert.Empty((await world.OwnAsync(anna)).Rounds);
    }

    [Theory, EachDatabase]
    public async Task Every_act_that_concerns_followers_is_told_by_the_transaction_that_does_it(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, headingId) = await world.ProposingAsync();
        var (swing, bench) = (await world.ProposalAsync(roundId, headingId, "Keinut puistoon"), await world.ProposalAsync(roundId, headingId, "Penkki puistoon"));
        var anna = await world.FollowerAsync("anna");
        Assert.True((await server.ChooseAsync(anna, NewsChoice.Immediate)).Granted);
        Assert.True((await world.FollowAsync(anna, roundId)).Granted);
        Assert.True((await world.FollowProposalAsync(anna, swing)).Granted);
        Assert.True((await world.FollowProposalAsync(anna, bench)).Granted);
        await server.TellAsync();
        Assert.Empty(smtp.Mails);

        async Task<string> ToldAsync(string subject)
        {
            Assert.Equal(1, await server.TellAsync());
            var mail = smtp.Mails[^1];
            Assert.Equal("anna@example.org", mail.To);
            Assert.Contains(subject, mail.Subject);
            return mail.Text;
        }

        world.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.ChangeAsync(world.Resident, swing, new(headingId, "fi", "Keinut leikkipuistoon", Text, null), default))).Granted);
        Assert.Contains($"https://osallistu.example/proposals/{swing}", await ToldAsync("Ehdotus ”Keinut leikkipuistoon” on muuttunut"));
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.WithdrawAsync(world.Resident, bench, default))).Granted);
        Assert.DoesNotContain("Penkki", await ToldAsync($"Ehdotus numero {bench} on peruttu"));
        Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation => moderation.ReportAsync(anna, swing, new(ModerationCategory.PersonalData, null), default))).Granted);
        Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
            world.Official, [swing], new(ModerationKind.Hide, ModerationCategory.PersonalData, "Ehdotuksessa on nimi."), default))).Granted);
        // What is hidden is not named.
        Assert.DoesNotContain("Keinut", await ToldAsync($"Ehdotus numero {swing} on piilotettu"));
        Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
            world.Official, [swing], new(ModerationKind.Keep, null, "Nimi on otettu pois."), default))).Granted);
        await ToldAsync("Ehdotus ”Keinut leikkipuistoon” on taas näkyvissä");
        Assert.True((await world.Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(world.Official, swing, new(true, Money.FromEuros(50), null), default))).Granted);
        await ToldAsync("Ehdotus ”Keinut leikkipuistoon” sai vastauksen: voidaan toteuttaa");
        var periods = World.Weeks(World.Start).Select(period => period.Phase == Phase.Counting ? period with { StartsAt = period.StartsAt.AddDays(1) }
            : period.Phase == Phase.Voting ? period with { EndsAt = period.EndsAt!.Value.AddDays(1) } : period).ToList();
        Assert.True((await world.Do<IRounds, Outcome<Done>>(rounds => rounds.RescheduleAsync(world.Official, roundId, periods, default))).Granted);
        await ToldAsync("Aikataulu on muuttunut");
        world.TravelTo(Phase.Evaluating);
        await ToldAsync("Ehdotuksia arvioidaan nyt");
        world.TravelTo(Phase.Voting);
        Assert.Contains("Vaihe päättyy 2.2.2027 klo 10.00.", await ToldAsync("Äänestys on alkanut"));
        world.Clock.Now = periods[^1].StartsAt.AddHours(1);
        await world.CarryOutAllAsync(roundId);
        Assert.DoesNotContain("Vaihe päättyy", await ToldAsync("Äänestys on päättynyt"));
        Assert.True((await world.PublishAsync(roundId)).Granted);
        // She follows the round and a proposal of it, and hears of the result once.
        Assert.Contains($"https://osallistu.example/rounds/{roundId}/results", await ToldAsync("Tulos on julkaistu"));
        Assert.Equal(0, await server.TellAsync());
        // It is all on her page too.
        Assert.Equal(smtp.Mails.Count, (await world.OwnAsync(anna)).News.Count);
    }

    [Theory, EachDatabase]
    public async Task Who_follows_a_proposal_hears_of_it_and_of_the_result_and_of_nothing_else(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, headingId) = await world.ProposingAsync();
        var (swing, bench) = (await world.ProposalAsync(roundId, headingId, "Keinut puistoon", Money.FromEuros(10)), await world.ProposalAsync(roundId, headingId, "Penkki puistoon"));
        var (anna, ben) = (await world.FollowerAsync("anna"), await world.FollowerAsync("ben"));
        foreach (var person in new[] { anna, ben })
            await server.ChooseAsync(person, NewsChoice.Immediate);
        Assert.True((await world.FollowProposalAsync(anna, swing)).Granted);
        Assert.True((await world.FollowAsync(ben, roundId)).Granted);
        world.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.True((await world.Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(world.Official, bench, new(true, Money.FromEuros(50), null), default))).Granted);
        Assert.Equal(0, await server.TellAsync());
        world.TravelTo(Phase.Voting);
        Assert.Equal(1, await server.TellAsync());
        Assert.Equal("ben@example.org", Assert.Single(smtp.Mails).To);
        // Two phases have begun since: both are in one message.
        Assert.Contains("2 uutista", smtp.Mails[0].Subject);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        Assert.Equal(2, await server.TellAsync());
        Assert.Contains("Tulos on julkaistu", smtp.Mails.Single(mail => mail.To == "anna@example.org").Subject);
    }

    [Theory, EachDatabase]
    public async Task Digests_gather_for_a_day_or_a_week_and_who_chose_none_gets_none(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, headingId) = await world.ProposingAsync();
        var swing = await world.ProposalAsync(roundId, headingId, "Keinut puistoon");
        Dictionary<NewsChoice, Actor> people = [];
        foreach (var choice in Enum.GetValues<NewsChoice>())
        {
            people[choice] = await world.FollowerAsync($"{choice}".ToLowerInvariant());
            await server.ChooseAsync(people[choice], choice);
            Assert.True((await world.FollowProposalAsync(people[choice], swing)).Granted);
        }
        await server.TellAsync();
        int CountOf(NewsChoice choice) => smtp.Mails.Count(mail => mail.To == $"{choice}@example.org".ToLowerInvariant());
        async Task ChangeAsync(string title) => Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals =>
            proposals.ChangeAsync(world.Resident, swing, new(headingId, "fi", title, Text, null), default))).Granted);

        // Monday 11.1.2027, 11 o'clock in Finland.
        Assert.Equal(new DateTimeOffset(2027, 1, 11, 9, 0, 0, TimeSpan.Zero), world.Clock.Now);
        await ChangeAsync("Keinut pihalle");
        world.Clock.Now += TimeSpan.FromHours(2);
        await ChangeAsync("Keinut rantaan");
        Assert.Equal(1, await server.TellAsync());
        Assert.Equal((1, 0, 0, 0), (CountOf(NewsChoice.Immediate), CountOf(NewsChoice.Daily), CountOf(NewsChoice.Weekly), CountOf(NewsChoice.None)));
        world.Clock.Now = new(2027, 1, 12, 5, 59, 59, TimeSpan.Zero);
        Assert.Equal(0, await server.TellAsync());
        world.Clock.Now = new(2027, 1, 12, 6, 0, 0, TimeSpan.Zero);
        Assert.Equal(1, await server.TellAsync());
        var digest = smtp.Mails.Single(mail => mail.To == "daily@example.org");
        // What happened twice is told once, as it stands now.
        Assert.Single(digest.Text.Split('\n'), line => line.Contains("Keinut", StringComparison.Ordinal));
        Assert.Contains("Keinut rantaan", digest.Text);
        await ChangeAsync("Keinut metsään");
        world.Clock.Now = new(2027, 1, 13, 7, 0, 0, TimeSpan.Zero);
        Assert.Equal(2, await server.TellAsync());
        // A day without news has no digest; the week's is made on Monday.
        world.Clock.Now = new(2027, 1, 17, 7, 0, 0, TimeSpan.Zero);
        Assert.Equal(0, await server.TellAsync());
        world.Clock.Now = new(2027, 1, 18, 6, 0, 0, TimeSpan.Zero);
        await server.TellAsync();
        Assert.Equal((2, 2, 1, 0), (CountOf(NewsChoice.Immediate), CountOf(NewsChoice.Daily), CountOf(NewsChoice.Weekly), CountOf(NewsChoice.None)));
        Assert.Equal(3, (await world.OwnAsync(people[NewsChoice.None])).News.Count);
        var runs = await world.Do<INewsDelivery, IReadOnlyList<NewsRunView>>(delivery => delivery.RunsAsync(default));
        Assert.Equal([NewsChoice.Immediate, NewsChoice.Daily, NewsChoice.Weekly], runs.Select(run => run.Choice));
        Assert.Equal([null, new DateTimeOffset(2027, 1, 19, 6, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 25, 6, 0, 0, TimeSpan.Zero)], runs.Select(run => run.DueAt));
        Assert.DoesNotContain(runs, run => run.UnderWay);
    }

    [Theory, EachDatabase]
    public async Task A_choice_holds_for_its_round_and_changing_it_loses_and_repeats_nothing(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (first, headingId) = await world.ProposingAsync();
        var second = await world.RoundAsync(periods: World.Weeks(World.Start));
        var swing = await world.ProposalAsync(first, headingId, "Keinut puistoon");
        var bench = await world.ProposalAsync(second, await world.HeadingAsync(second, Money.FromEuros(100)), "Penkki puistoon");
        var anna = await world.FollowerAsync("anna");
        Assert.True((await server.ChooseAsync(anna, NewsChoice.Immediate, first)).RefusedFor("NotFound"));
        Assert.True((await server.ChooseAsync(anna, (NewsChoice)9)).RefusedFor("Following.Choice"));
        Assert.True((await world.FollowProposalAsync(anna, swing)).Granted);
        Assert.True((await world.FollowProposalAsync(anna, bench)).Granted);
        Assert.True((await server.ChooseAsync(anna, NewsChoice.Weekly, first)).Granted);
        // What is followed later in the round goes with its choice.
        Assert.True((await world.FollowAsync(anna, first)).Granted);
        Assert.Equal([null, NewsChoice.Weekly], (await world.OwnAsync(anna)).Rounds.Select(round => round.Own));
        await server.TellAsync();

        async Task AnswerAsync(long proposalId) => Assert.True((await world.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(world.Official, proposalId, new(true, Money.FromEuros(50), null), default))).Granted);
        await AnswerAsync(swing);
        await AnswerAsync(bench);
        // The other round becomes immediate: what has gathered there comes now, and that of the first still waits for its week.
        Assert.True((await server.ChooseAsync(anna, NewsChoice.Immediate)).Granted);
        await server.SendAllAsync();
        Assert.Contains("Penkki", Assert.Single(smtp.Mails).Subject);
        Assert.Equal(0, await server.TellAsync());
        world.Clock.Now += TimeSpan.FromDays(7);
        Assert.Equal(1, await server.TellAsync());
        Assert.Contains("Keinut", smtp.Mails[^1].Text);
        Assert.Contains("Ehdotuksia arvioidaan nyt", smtp.Mails[^1].Text);
        Assert.DoesNotContain("Penkki", smtp.Mails[^1].Text);

        // Who heard nothing for a while does not get it all afterwards.
        Assert.True((await server.ChooseAsync(anna, NewsChoice.None)).Granted);
        Assert.True((await server.OnAsync<IFollowing, Outcome<Done>>(following => following.ChooseForRoundAsync(anna, first, null, default))).Granted);
        Assert.All((await world.OwnAsync(anna)).Rounds, round => Assert.Null(round.Own));
        var before = smtp.Mails.Count;
        await AnswerAsync(swing);
        await AnswerAsync(bench);
        Assert.Equal(0, await server.TellAsync());
        Assert.True((await server.ChooseAsync(anna, NewsChoice.Immediate)).Granted);
        Assert.Equal(0, await server.TellAsync());
        await AnswerAsync(bench);
        Assert.Equal(1, await server.TellAsync());
        Assert.Equal(before + 1, smtp.Mails.Count);
    }

    [Theory, EachDatabase]
    public async Task A_message_comes_in_the_accounts_language_to_a_confirmed_address_only(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, _) = await world.ProposingAsync();
        var wrong = await world.AccountAsync("wrong@example.org", confirmed: false);
        foreach (var language in new[] { "fi", "sv", "en" })
        {
            var person = await world.FollowerAsync(language);
            Assert.True((await world.Do<IAccounts, Outcome<Done>>(accounts => accounts.ChangeLanguageAsync(person, language, default))).Granted);
            Assert.True((await world.FollowAsync(person, roundId)).Granted);
        }
        Assert.True((await world.FollowAsync(wrong, roundId)).Granted);
        Assert.False((await world.OwnAsync(wrong)).Reachable);
        await server.TellAsync();
        world.TravelTo(Phase.Voting);
        Assert.Equal(3, await server.TellAsync());
        ReceivedMail To(string language) => smtp.Mails.Single(mail => mail.To == $"{language}@example.org");
        Assert.Contains("Äänestys on alkanut", To("fi").Text);
        Assert.Contains("Röstningen har börjat", To("sv").Text);
        Assert.Contains("Voting has begun", To("en").Text);
        Assert.Contains("Omgång\n", To("sv").Text);
        // Whoever confirms the address later is not told of the past.
        await world.Sql(context => context.Users.Where(account => account.Email == "wrong@example.org").ExecuteUpdateAsync(row => row.SetProperty(account => account.EmailConfirmed, true)));
        world.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(0, await server.TellAsync());
    }

    [Theory, EachDatabase]
    public async Task The_link_of_a_message_stops_it_without_signing_in_and_nobody_can_make_one(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (first, headingId) = await world.ProposingAsync();
        var second = await world.RoundAsync(periods: World.Weeks(World.Start));
        var anna = await world.FollowerAsync("anna");
        await server.ChooseAsync(anna, NewsChoice.Immediate);
        Assert.True((await world.FollowAsync(anna, first)).Granted);
        await server.TellAsync();
        world.TravelTo(Phase.Evaluating);
        Assert.Equal(1, await server.TellAsync());
        var mail = smtp.Mails[0];
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));
        var address = new Uri(mail.Header("List-Unsubscribe").Trim('<', '>'));
        Assert.Equal(("osallistu.example", "/unsubscribe/one-click"), (address.Host, address.AbsolutePath));
        var token = address.Query.Split("token=")[1];
        Assert.Contains($"https://osallistu.example/unsubscribe?token={token}", mail.Text);
        Assert.DoesNotContain("<img", mail.Data, StringComparison.OrdinalIgnoreCase);

        Task<Outcome<Unsubscription>> Use(string text) => world.Do<IFollowing, Outcome<Unsubscription>>(following => following.UnsubscribeAsync(text, default));
        var looked = await world.Do<IFollowing, Outcome<Unsubscription>>(following => following.LookAsync(token, default));
        Assert.Equal("Kierros", looked.Value.RoundTitle!.Fi);
        Assert.Equal(NewsChoice.Immediate, (await world.OwnAsync(anna)).Choice);
        foreach (var wrong in new[] { "", "x", token[..^2], token[..^1] + (token[^1] == 'A' ? 'B' : 'A'), new string('A', 5_000), Convert.ToBase64String(new byte[64]) })
            Assert.True((await Use(wrong)).RefusedFor("Unsubscribe.Unknown"), wrong);
        for (var i = 0; i < 2; i++)
            Assert.Equal("Kierros", (await Use(token)).Value.RoundTitle!.Fi);
        var stopped = await world.OwnAsync(anna);
        Assert.Equal(NewsChoice.None, Assert.Single(stopped.Rounds).Own);
        Assert.Equal(NewsChoice.Immediate, stopped.Choice);
        world.TravelTo(Phase.Voting);
        Assert.Equal(0, await server.TellAsync());

        // A digest's link stops everything.
        await server.ChooseAsync(anna, NewsChoice.Daily);
        Assert.True((await world.FollowAsync(anna, second)).Granted);
        world.TravelTo(Phase.Counting);
        Assert.Equal(1, await server.TellAsync());
        var digest = new Uri(smtp.Mails[^1].Header("List-Unsubscribe").Trim('<', '>'));
        Assert.Null((await Use(digest.Query.Split("token=")[1])).Value.RoundTitle);
        Assert.Equal(NewsChoice.None, (await world.OwnAsync(anna)).Choice);
        // Messages that are not for many have no such header.
        await server.AskAsync("anna@example.org");
        await server.SendAllAsync();
        Assert.DoesNotContain("List-Unsubscribe", smtp.Mails[^1].Data);
        Assert.Contains("/sign-in/link", smtp.Mails[^1].Text);
    }

    [Theory, EachDatabase]
    public async Task Who_wants_to_hear_nothing_more_does_not_get_what_waits_either(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (first, _) = await world.ProposingAsync();
        var second = await world.RoundAsync(periods: World.Weeks(World.Start));
        Task<int> WaitingAsync() => world.Sql(context => context.OutgoingMessages.CountAsync(message => message.Kind == MessageKind.News && message.State == MessageState.Waiting));
        async Task<Actor> WaitsAsync(string name)
        {
            var person = await world.FollowerAsync(name);
            await server.ChooseAsync(person, NewsChoice.Immediate);
            Assert.True((await world.FollowAsync(person, first)).Granted);
            return person;
        }
        var (anna, berta, cecilia, daria) = (await WaitsAsync("anna"), await WaitsAsync("berta"), await WaitsAsync("cecilia"), await WaitsAsync("daria"));
        Assert.True((await world.FollowAsync(daria, second)).Granted);
        await server.TellAsync();
        world.TravelTo(Phase.Evaluating);
        // The mail server is away: the messages wait.
        Assert.Equal(4, await server.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default)));
        Assert.Equal(4, await WaitingAsync());
        await server.ChooseAsync(anna, NewsChoice.None);
        Assert.Equal(3, await WaitingAsync());
        Assert.True((await world.Do<IFollowing, Outcome<Done>>(following => following.UnfollowRoundAsync(berta, first, default))).Granted);
        Assert.Equal(2, await WaitingAsync());
        await server.ChooseAsync(cecilia, NewsChoice.None, first);
        // Daria's message may tell of the other round as well.
        await server.ChooseAsync(daria, NewsChoice.None, first);
        await server.SendAllAsync();
        Assert.Equal("daria@example.org", Assert.Single(smtp.Mails).To);
    }

    [Theory, EachDatabase]
    public async Task The_author_of_a_moderated_proposal_gets_mail_that_says_what_why_and_how_to_appeal(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.Sending(smtp);
        var (roundId, headingId) = await world.ProposingAsync();
        var anna = await world.FollowerAsync("anna");
        await server.ChooseAsync(anna, NewsChoice.Immediate);
        Assert.True((await world.Do<IAccounts, Outcome<Done>>(accounts => accounts.ChangeLanguageAsync(anna, "sv", default))).Granted);
        var id = (await world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(anna, roundId, new(headingId, "sv", "Gungor i parken", Text, null), Guid.NewGuid(), default))).Value;
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(anna, id, default))).Granted);
        await server.TellAsync();
        Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation => moderation.ReportAsync(world.Resident, id, new(ModerationCategory.PersonalData, null), default))).Granted);
        Assert.True((await server.OnAsync<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
            world.Official, [id], new(ModerationKind.Hide, ModerationCategory.PersonalData, "Förslaget innehåller ett namn."), default))).Granted);
        // One message: not that of followers besides.
        Assert.Equal(0, await server.TellAsync());
        var mail = Assert.Single(smtp.Mails);
        Assert.Equal("anna@example.org", mail.To);
        foreach (var part in new[] { "Gungor i parken", "dolt för andra", "Personuppgifter", "Förslaget innehåller ett namn.", "omprövning" })
            Assert.Contains(part, mail.Text);
        var act = Assert.Single(await world.Do<IModeration, IReadOnlyList<ModerationActView>>(moderation => moderation.OwnAsync(anna, id, default)));
        Assert.Contains($"https://osallistu.example/my/proposals/acts/{act.Id}/appeal", mail.Text);

        Assert.True((await server.OnAsync<IModeration, Outcome<Done>>(moderation => moderation.AppealAsync(anna, act.Id, "Namnet är mitt eget.", default))).Granted);
        Assert.True((await server.OnAsync<IModeration, Outcome<Done>>(moderation => moderation.DecideAppealAsync(world.Colleague, act.Id, new(false, "Namnet är författarens."), default))).Granted);
        await server.TellAsync();
        Assert.Equal(2, smtp.Mails.Count);
        Assert.Contains("beslutet upphävdes", smtp.Mails[1].Text);
        Assert.Contains("Namnet är författarens.", smtp.Mails[1].Text);
        Assert.DoesNotContain("/appeal", smtp.Mails[1].Text);
    }

    [Theory, EachDatabase]
    public async Task Phases_are_noted_once_whoever_looks_and_what_is_old_goes_in_time(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var first = world.AnotherServer();
        await using var second = world.AnotherServer();
        var (roundId, headingId) = await world.ProposingAsync();
        var proposalId = await world.ProposalAsync(roundId, headingId, "Keinut puistoon", Money.FromEuros(10));
        world.TravelTo(Phase.Counting);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? first : second).OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default))));
        Assert.Equal([Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting],
            await world.Sql(context => context.News.Where(item => item.Kind == NewsKind.PhaseBegan).OrderBy(item => item.At).Select(item => item.Phase!.Value).ToListAsync()));
        // The answer was told to its author's row; what nobody has still to be told of goes after its time.
        world.Clock.Now += TimeSpan.FromDays(100);
        await first.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default));
        Assert.Equal(0, await first.OnAsync<INewsDelivery, int>(delivery => delivery.PurgeAsync(default)));
        world.Clock.Now += TimeSpan.FromDays(100);
        Assert.Equal(1, await first.OnAsync<INewsDelivery, int>(delivery => delivery.PurgeAsync(default)));
        Assert.Equal(0, await world.Sql(context => context.News.CountAsync(item => item.ProposalId == proposalId)));
        await first.OnAsync<INewsDelivery, int>(delivery => delivery.TellAsync(default));
        Assert.Equal(4, await world.Sql(context => context.News.CountAsync()));
    }
}
