using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Following;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Following;
using Budgeting.Core.Tests.Notifications;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Somebody follows a round, on a phone and on a desk, gets the day's digest, and stops it from the mail; and somebody keeps a receipt on the device.</summary>
[Collection(nameof(Chromium))]
public sealed class FollowingJourney(Chromium chromium)
{
    [Theory, InlineData("fi", "Ehdotuksia arvioidaan nyt", "Kerran päivässä", true), InlineData("sv", "Förslagen bedöms nu", "En gång om dagen", false)]
    public async Task Somebody_follows_a_round_and_a_proposal_gets_a_digest_and_unsubscribes_from_the_mail(string language, string began, string daily, bool phone)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (roundId, headingId) = await world.ProposingAsync();
        var proposalId = await world.ProposalAsync(roundId, headingId, "Keinut puistoon");
        await using var site = Site.Over(world, ("Jobs:NewsInterval", "00:00:01"));
        await using var visitor = await chromium.VisitAsync(site, $"following {language}", language, phone: phone);
        var page = visitor.Page;
        await visitor.PlugInAsync();
        await visitor.GoAsync($"/rounds/{roundId}");
        await Expect(page.Locator(".follow a")).ToHaveCountAsync(1);
        await visitor.LookAsync("round, not signed in");
        await visitor.GoAsync("/register");
        await page.FillAsync("#Input_Email", "anna@example.org");
        await page.FillAsync("#Input_DisplayName", "Anna Asukas");
        await page.SelectOptionAsync("#Input_HomeRegionId", new SelectOptionValue { Index = 2 });
        await page.Locator("button[data-passkey='create-account']").ClickAsync();
        await Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);
        await visitor.GoAsync("/my/following");
        await visitor.LookAsync("nothing followed, address not confirmed");
        await visitor.GoAsync((await site.Mail.WaitAsync("anna@example.org", words: "/sign-in/link")).Link);
        await page.Locator("main form[action='/sign-in/link'] button").ClickAsync();
        await Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(1);

        await visitor.GoAsync($"/rounds/{roundId}");
        await page.Locator(".follow button").ClickAsync();
        await Expect(page.Locator(".follow a[href='/my/following']")).ToHaveCountAsync(1);
        await visitor.LookAsync("round followed");
        await visitor.GoAsync($"/proposals/{proposalId}");
        await visitor.LookAsync("proposal");
        await page.Locator(".follow button").ClickAsync();
        await Expect(page.Locator(".follow a[href='/my/following']")).ToHaveCountAsync(1);
        await visitor.LookAsync("proposal followed");
        await visitor.GoAsync("/my");
        await visitor.LookAsync("my pages");
        await page.Locator("main a[href='/my/following']").ClickAsync();
        await Expect(page.Locator("label:has-text('" + daily + "')").First).ToBeVisibleAsync();
        await Expect(page.Locator("input[value=Daily]")).ToBeCheckedAsync();
        await visitor.LookAsync("what I follow");

        // The job goes by the world's clock: some seconds, so that it has looked before something happens.
        await PassAsync(world, () => false, seconds: 5);
        Assert.True((await world.Do<IEvaluations, Outcome<Done>>(evaluations => evaluations.AnswerAsync(world.Official, proposalId, new(true, Money.FromEuros(50), null), default))).Granted);
        world.TravelTo(Phase.Evaluating);
        await PassAsync(world, () => Digest(site) is not null, seconds: 600);
        var mail = Digest(site)!;
        foreach (var part in new[] { began, "Keinut puistoon", $"http://localhost/rounds/{roundId}", $"http://localhost/proposals/{proposalId}", "http://localhost/my/following" })
            Assert.Contains(part, mail.Text, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));

        await visitor.GoAsync("/my/following");
        await visitor.LookAsync("what is new");
        await page.Locator("form[action='/sign-out'] button").ClickAsync();
        await Expect(page.Locator("form[action='/sign-out']")).ToHaveCountAsync(0);
        await visitor.GoAsync(new Uri(Regex.Match(mail.Text, @"\S+/unsubscribe\?\S+").Value).PathAndQuery);
        await visitor.LookAsync("unsubscribe");
        await page.Locator("main form button").ClickAsync();
        await Expect(page.Locator("main .hds-notification--success")).ToHaveCountAsync(1);
        await visitor.LookAsync("unsubscribed");

        // The administrator sees on the page of jobs how far telling has come.
        Assert.Contains(await world.Do<INewsDelivery, IReadOnlyList<NewsRunView>>(delivery => delivery.RunsAsync(default)), run => run is { Choice: NewsChoice.Daily, FinishedAt: not null, Messages: > 0 });

        world.TravelTo(Phase.Counting);
        var before = site.Mail.Mails.Count;
        await PassAsync(world, () => false, seconds: 10);
        Assert.Equal(before, site.Mail.Mails.Count);
        // Who wants them again chooses so.
        await page.Locator("main a[href='/my/following']").ClickAsync();
        await page.Locator("button[data-passkey='get']").ClickAsync();
        await Expect(page.Locator("input[value=None]")).ToBeCheckedAsync();
        await visitor.LookAsync("no messages");
        await page.Locator($"label[for='{await page.Locator("input[value=Weekly]").GetAttributeAsync("id")}']").ClickAsync();
        await page.Locator("main .form button").First.ClickAsync();
        await Expect(page.Locator("input[value=Weekly]")).ToBeCheckedAsync();
        await visitor.LookAsync("weekly");
    }

    [Fact]
    public async Task A_receipt_is_kept_on_the_device_checked_and_deleted_and_not_offered_at_a_station()
    {
        await using var site = await Site.StartAsync(new(2027, 3, 24, 10, 0, 0, TimeSpan.Zero), demo: true);
        await using var visitor = await chromium.VisitAsync(site, "kept receipt", "en", phone: true);
        var page = visitor.Page;
        await visitor.GoAsync("/my/receipts");
        await Expect(page.Locator("[data-receipts-none]")).ToBeVisibleAsync();
        await visitor.LookAsync("no receipts");
        await visitor.GoAsync("/");
        await visitor.GoAsync((await page.Locator("main a[href$='/vote']").First.GetAttributeAsync("href"))!);
        await page.Locator("form[action*='Demo'] button").First.ClickAsync();
        await CastAsync();
        var receipt = (await page.Locator(".receipt-code--large").TextContentAsync())!.Trim();
        await Expect(page.Locator("[data-keep-receipt] button")).ToBeVisibleAsync();
        await visitor.LookAsync("receipt");
        List<string> sent = [];
        page.Request += (_, request) => sent.Add($"{request.Url} {request.PostData}");
        await page.Locator("[data-keep-receipt] button").ClickAsync();
        await Expect(page.Locator("[data-kept-link] a")).ToBeFocusedAsync();
        await visitor.LookAsync("receipt kept");
        await page.Locator("[data-kept-link] a").ClickAsync();
        await Expect(page.Locator("[data-receipts-list] .receipt-code")).ToHaveTextAsync(receipt);
        await visitor.LookAsync("receipts on this device");
        await page.Locator("[data-row-check]").ClickAsync();
        await Expect(page.Locator("#Input_Code")).ToHaveValueAsync(receipt);
        // Until the voter has it checked, the code has not left the device.
        Assert.DoesNotContain(sent, request => request.Contains(receipt, StringComparison.OrdinalIgnoreCase));
        await page.Locator("main form button").First.ClickAsync();
        await Expect(page.Locator("main .hds-notification--success")).ToHaveCountAsync(1);
        await visitor.GoAsync("/my/receipts");
        await page.Locator("[data-row-delete]").ClickAsync();
        await Expect(page.Locator("[data-receipts-none]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-receipts-list] li")).ToHaveCountAsync(0);
        await visitor.LookAsync("receipt deleted");
        Assert.Null(await page.EvaluateAsync<string?>("localStorage.getItem('budgeting-receipts')"));

        async Task CastAsync()
        {
            if (await page.Locator("main input:checked").CountAsync() == 0)
                await page.Locator($"label[for='{await page.Locator(".ballot__heading input[type=checkbox]").First.GetAttributeAsync("id")}']").ClickAsync();
            await page.Locator("main .ballot button.hds-button--primary").ClickAsync();
            await page.Locator("main form[action*='Cast'] button.hds-button--primary").ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/vote/receipt$"));
        }
    }

    private static ReceivedMail? Digest(Site site) => site.Mail.Mails.FirstOrDefault(mail => mail.To == "anna@example.org" && mail.Header("List-Unsubscribe").Length > 0);

    /// <summary>Lets time pass for the jobs, a second of theirs in a tenth of ours, until something is so.</summary>
    private static async Task PassAsync(World world, Func<bool> until, int seconds)
    {
        for (var i = 0; i < seconds && !until(); i++)
        {
            world.Clock.Now += TimeSpan.FromSeconds(1);
            await Task.Delay(100);
        }
    }
}
