using System.Net;
using AngleSharp.Dom;
using Budgeting.Core;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Following;
using Budgeting.Core.Notifications;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Following;
using Budgeting.Core.Tests.Notifications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Web.Tests.My;

public sealed class FollowingTests
{
    private static async Task<(Site Site, long RoundId, long ProposalId, Actor Anna)> OpenAsync(params IReadOnlyList<(string, string)> settings)
    {
        var site = await Site.CreateAsync(settings);
        var (roundId, headingId) = await site.World.ProposingAsync();
        return (site, roundId, await site.World.ProposalAsync(roundId, headingId, "Keinut puistoon"), await site.World.FollowerAsync("anna"));
    }

    [Fact]
    public async Task A_round_and_a_proposal_are_followed_on_their_pages_and_left_on_my_own()
    {
        var (site, roundId, proposalId, anna) = await OpenAsync();
        await using var disposed = site;
        var visitor = await site.Browse().OpenAsync($"/rounds/{roundId}");
        Assert.True(visitor.Links($"/sign-in?returnUrl=%2Frounds%2F{roundId}"));
        var browser = site.Browse(anna);
        Assert.Contains("You do not follow anything yet", (await browser.OpenAsync("/my/following")).Text());
        foreach (var (address, button) in new[] { ($"/rounds/{roundId}", "Follow the round"), ($"/proposals/{proposalId}", "Follow the proposal") })
        {
            var page = await browser.PressAsync(await browser.OpenAsync(address), button);
            Assert.Equal(address, page.Path());
            Assert.Contains("You follow this now.", page.Text());
            Assert.Contains("Stop following", page.Text(".follow"));
        }
        var own = await browser.OpenAsync("/my/following");
        Assert.True(own.Links($"/rounds/{roundId}"));
        Assert.True(own.Links($"/proposals/{proposalId}"));
        Assert.NotNull((await browser.OpenAsync("/my")).QuerySelector("main a[href='/account/sign-ins']"));
        own = await browser.PressAsync(own, "Stop following: Keinut puistoon");
        Assert.Contains("You no longer follow this.", own.Text());
        Assert.False(own.Links($"/proposals/{proposalId}"));
        Assert.True(own.Links($"/rounds/{roundId}"));
        // On the page itself too; and a page that is opened without knowing leads nowhere else.
        Assert.Contains("Follow the round", (await browser.PressAsync(await browser.OpenAsync($"/rounds/{roundId}"), "Stop following")).Text(".follow"));
        Assert.Equal(404, (int)(await site.Client(anna).GetAsync("/proposals/999")).StatusCode);
    }

    [Fact]
    public async Task When_messages_come_is_chosen_for_all_and_for_one_round()
    {
        var (site, roundId, _, anna) = await OpenAsync();
        await using var disposed = site;
        await site.World.FollowAsync(anna, roundId);
        var browser = site.Browse(anna, "fi");
        var page = await browser.OpenAsync("/my/following");
        Assert.Equal("Daily", page.QuerySelector("input[name='Input.Choice'][checked]")!.GetAttribute("value"));
        Assert.Contains("Sinulle ei voi nyt lähettää viestejä", page.Text());
        page = await browser.PressAsync(page, "Tallenna", ("Input.Choice", "Weekly"));
        Assert.Contains("Valintasi on tallennettu", page.Text());
        Assert.Equal("Weekly", page.QuerySelector("input[name='Input.Choice'][checked]")!.GetAttribute("value"));
        Assert.Equal("Sama kuin yllä", page.Text("select[name=choice] option[selected]"));
        page = await browser.PressAsync(page, "Tallenna: Kierros", ("choice", "Immediate"));
        Assert.Equal("Heti", page.Text("select[name=choice] option[selected]"));
        page = await browser.PressAsync(page, "Tallenna: Kierros", ("choice", "Nonsense"));
        Assert.Contains("Valitse, milloin haluat viestejä.", page.Text());
        Assert.Equal((NewsChoice.Weekly, NewsChoice.Immediate), ((await site.World.OwnAsync(anna)).Choice, (await site.World.OwnAsync(anna)).Rounds[0].Own));
    }

    [Fact]
    public async Task A_message_is_stopped_by_its_page_and_by_one_post_of_a_mail_program_and_not_by_looking()
    {
        await using var smtp = new SmtpServer();
        var (site, roundId, _, anna) = await OpenAsync([.. smtp.Settings.Select(setting => (setting.Key, setting.Value!)), ("Site:Address", "https://osallistu.example"), ("Jobs:Enabled", "false")]);
        await using var disposed = site;
        await site.World.FollowAsync(anna, roundId);
        await site.World.Do<IFollowing, Outcome<Done>>(following => following.ChooseAsync(anna, NewsChoice.Immediate, default));
        site.World.TravelTo(Phase.Voting);
        await using (var scope = site.Services.CreateAsyncScope())
            Assert.Equal(1, await scope.ServiceProvider.GetRequiredService<INewsDelivery>().TellAsync(default));
        var mail = await smtp.WaitAsync("anna@example.org");
        var oneClick = new Uri(mail.Header("List-Unsubscribe").Trim('<', '>')).PathAndQuery;
        Task<NewsChoice?> OwnAsync() => site.World.Do<IFollowing, NewsChoice?>(async following => (await following.OwnAsync(anna, default)).Value.Rounds[0].Own);

        // A scanner that opens every link, the one in the header too.
        var visitor = site.Client();
        var asked = await visitor.GetAsync(oneClick);
        Assert.Equal("/unsubscribe", asked.RequestMessage!.RequestUri!.AbsolutePath);
        // What the address holds goes to no other site.
        Assert.Contains("same-origin", asked.Headers.GetValues("Referrer-Policy"));
        foreach (var link in mail.Text.Split('\n').Where(line => line.StartsWith("https://", StringComparison.Ordinal)))
            await visitor.GetAsync(new Uri(link).PathAndQuery);
        await visitor.SendAsync(new(HttpMethod.Head, oneClick));
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.PostAsync(oneClick, null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.PostAsync(oneClick, new FormUrlEncodedContent([new("List-Unsubscribe", "No")]))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.PostAsync("/unsubscribe/one-click?token=x", new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).StatusCode);
        Assert.Null(await OwnAsync());

        // Without signing in, with no cookie, in both forms that RFC 8058 knows.
        foreach (var content in new HttpContent[] { new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]), new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } } })
        {
            await site.World.Do<IFollowing, Outcome<Done>>(following => following.ChooseForRoundAsync(anna, roundId, NewsChoice.Immediate, default));
            var answer = await site.Client(redirects: false).PostAsync(oneClick, content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.Equal(NewsChoice.None, await OwnAsync());
        }

        await site.World.Do<IFollowing, Outcome<Done>>(following => following.ChooseForRoundAsync(anna, roundId, NewsChoice.Immediate, default));
        var browser = site.Browse();
        var page = await browser.OpenAsync(mail.Text.Split('\n').Single(line => line.Contains("/unsubscribe?", StringComparison.Ordinal)).Trim()["https://osallistu.example".Length..]);
        Assert.Contains("Round", page.Text());
        Assert.Equal(NewsChoice.Immediate, await OwnAsync());
        Assert.Contains("The messages are stopped", (await browser.PressAsync(page, "Stop the messages")).Text());
        Assert.Equal(NewsChoice.None, await OwnAsync());
        Assert.Contains("The link does not work", (await browser.OpenAsync("/unsubscribe?token=abc")).Text());
    }

    [Fact]
    public async Task Administrators_see_how_far_followers_have_been_told()
    {
        var (site, _, _, _) = await OpenAsync(("Jobs:Enabled", "false"));
        await using var disposed = site;
        await site.World.Do<INewsDelivery, int>(delivery => delivery.TellAsync(default));
        var page = await site.Browse(site.World.Official).OpenAsync("/admin/jobs");
        Assert.Contains("Messages to followers", page.Text());
        Assert.Contains("Those who want a digest every day", page.Text());
    }

    [Fact]
    public async Task The_job_tells_followers_by_itself()
    {
        await using var smtp = new SmtpServer();
        var (site, roundId, proposalId, anna) = await OpenAsync([.. smtp.Settings.Select(setting => (setting.Key, setting.Value!)), ("Site:Address", "https://osallistu.example"), ("Jobs:NewsInterval", "00:00:01")]);
        await using var disposed = site;
        _ = site.Services;
        await site.World.FollowProposalAsync(anna, proposalId);
        await site.World.Do<IFollowing, Outcome<Done>>(following => following.ChooseAsync(anna, NewsChoice.Immediate, default));
        Assert.True((await site.World.Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(site.World.Official, proposalId, new(true, Money.FromEuros(50), null), default))).Granted);
        // The job goes by the test's clock.
        for (var i = 0; i < 200 && smtp.Mails.Count == 0; i++)
        {
            site.World.Clock.Now += TimeSpan.FromSeconds(1);
            await Task.Delay(100);
        }
        Assert.Contains($"https://osallistu.example/proposals/{proposalId}", (await smtp.WaitAsync("anna@example.org")).Text);
    }

    [Fact]
    public async Task A_receipt_is_kept_on_the_device_by_a_script_and_by_nothing_else()
    {
        await using var site = await Site.CreateAsync();
        var page = await site.Browse().OpenAsync("/my/receipts");
        Assert.True(page.QuerySelector("[data-receipts]")!.HasAttribute("hidden"));
        Assert.Contains("needs JavaScript", page.QuerySelector("noscript")!.TextContent);
        // No form sends a receipt to the server.
        Assert.Empty(page.QuerySelectorAll("main form"));
        var script = await site.Client().GetStringAsync("/my-receipts.js");
        Assert.DoesNotContain("fetch(", script);
        Assert.DoesNotContain("XMLHttpRequest", script);
        Assert.DoesNotContain("sendBeacon", script);
    }
}
