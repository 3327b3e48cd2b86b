using System.Globalization;
using System.Text.RegularExpressions;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Budgeting.Browser.Tests;

/// <summary>Paper ballots in the demonstration's open round, typed by keyboard alone.</summary>
[Collection(nameof(Chromium))]
public sealed class PaperJourney(Chromium chromium)
{
    [Fact]
    public async Task Two_clerks_type_by_keyboard_and_a_third_settles_what_differs()
    {
        await using var site = await Site.StartAsync(new(2027, 3, 24, 10, 0, 0, TimeSpan.Zero), demo: true);
        foreach (var (email, role) in new[] { ("anna", Role.Clerk), ("bertta", Role.Clerk), ("cecilia", Role.Coordinator) })
            await site.PersonAsync($"{email}@example.org", email, "turku", role, "varsinais-suomi");
        await using var anna = await chromium.VisitAsync(site, "paper ballots");
        await anna.SignInAsync("anna@example.org");
        await anna.Page.Locator(".navigation a[href='/admin/paper']").ClickAsync();
        await anna.LookAsync("rounds");
        await anna.Page.Locator("main a[href$='/paper']").First.ClickAsync();
        await anna.LookAsync("no batches");
        await anna.Page.Locator("main a[href$='/paper/open']").ClickAsync();
        await anna.Page.FillAsync("#Input_Place", "Runosmäen kirjasto, uurna 1");
        await anna.Page.FillAsync("#Input_Papers", "x");
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(anna.Page.Locator(".error-summary")).ToBeVisibleAsync();
        await anna.LookAsync("open a batch");
        await anna.Page.FillAsync("#Input_Papers", "3");
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(anna.Page).ToHaveURLAsync(new Regex(@"/paper/\d+$"));
        await anna.LookAsync("batch");
        var batch = new Uri(anna.Page.Url).AbsolutePath;

        await anna.GoAsync($"{batch}/first");
        await anna.LookAsync("type");
        // Numbers, tab, numbers, enter: the next paper has the focus in its first field.
        await TypeAsync(anna, "1 2", "3", next: 2);
        await TypeAsync(anna, "2", "", next: 3);
        await anna.Page.Keyboard.TypeAsync("1 2 3 4 5 6 7");
        await anna.Page.Keyboard.PressAsync("Enter");
        await Expect(anna.Page.Locator("[name='Input.As'][value='TooManyChoices'], [name='Input.As'][value='UnknownProject']")).ToBeVisibleAsync();
        await anna.LookAsync("over the limit");
        await anna.Page.Locator("[name='Input.As'][value='TooManyChoices'], [name='Input.As'][value='UnknownProject']").ClickAsync();
        await Expect(anna.Page).ToHaveURLAsync(new Regex($"{batch}$"));

        await using var bertta = await chromium.VisitAsync(site, "paper ballots, second clerk", "sv", javaScript: false);
        await using (var before = await chromium.VisitAsync(site, "paper ballots, second clerk signs in", "sv"))
        {
            await before.SignInAsync("bertta@example.org");
            await bertta.GoOnAfterAsync(before);
        }
        await bertta.GoAsync($"{batch}/second");
        await TypeAsync(bertta, "2 1", "3", next: 2);
        await TypeAsync(bertta, "4", "", next: 3);
        await bertta.LookAsync("type");
        await bertta.Page.SelectOptionAsync("#Input_Invalid", nameof(InvalidReason.TooManyChoices));
        await bertta.Page.Locator("[name='Input.As'][value='invalid']").ClickAsync();
        await Expect(bertta.Page).ToHaveURLAsync(new Regex($"{batch}$"));
        await bertta.LookAsync("differences");

        await using var cecilia = await chromium.VisitAsync(site, "paper ballots, third look", "en");
        await cecilia.SignInAsync("cecilia@example.org");
        await cecilia.GoAsync(batch);
        await cecilia.LookAsync("differences");
        await cecilia.Page.Locator("main a[href*='/differences/']").ClickAsync();
        await cecilia.LookAsync("settle");
        await cecilia.Page.Locator("[name='Input.Headings[0].Numbers']").FillAsync("2");
        await cecilia.Page.FillAsync("#Input_Note", "The stroke of the 4 is a fold of the paper");
        await cecilia.Page.Locator("[name='Input.As'][value='']").ClickAsync();
        await Expect(cecilia.Page).ToHaveURLAsync(new Regex($"{batch}$"));
        await cecilia.LookAsync("clean");
        await cecilia.Page.Locator("main a[href$='/reopen']").ClickAsync();
        await cecilia.LookAsync("reopen");
        await cecilia.GoAsync(Regex.Replace(batch, @"/\d+$", ""));
        await cecilia.LookAsync("batches");
        await cecilia.GoAsync(Regex.Replace(batch, @"/\d+$", "/reconcile"));
        await cecilia.LookAsync("reconcile before closing");
    }

    private static async Task TypeAsync(Visitor clerk, string first, string second, int next)
    {
        await Expect(clerk.Page.Locator("[name='Input.Headings[0].Numbers']")).ToBeFocusedAsync();
        await clerk.Page.Keyboard.TypeAsync(first);
        await clerk.Page.Keyboard.PressAsync("Tab");
        await clerk.Page.Keyboard.TypeAsync(second);
        await clerk.Page.Keyboard.PressAsync("Enter");
        await Expect(clerk.Page).ToHaveURLAsync(new Regex(string.Create(CultureInfo.InvariantCulture, $"/{next}$")));
    }
}
