using Budgeting.Core.People;
using Budgeting.Core.Tests;

namespace Budgeting.Web.Tests.Roles;

public sealed class RolePageTests
{
    [Fact]
    public async Task An_administrator_gives_a_role_with_a_reason_and_takes_it_back()
    {
        await using var site = await Site.CreateAsync();
        var clerk = await site.World.PersonAsync("clerk", site.World.TownId);
        var browser = site.Browse(site.World.Official);
        Assert.True((await browser.OpenAsync("/admin")).Links("/admin/roles"));
        Assert.True((await browser.OpenAsync("/admin/roles")).Links("/admin/roles/town"));
        var grant = await browser.OpenAsync("/admin/roles/town/grant");

        var wrong = await browser.SendAsync(grant, ("Input.Email", "nobody@example.org"), ("Input.Reason", "Vaalipäivän apu"));
        Assert.Contains("No account has this address", wrong.Text(".error-summary"));
        Assert.Contains("Choose a role", wrong.Text(".error-summary"));
        Assert.Contains("Vaalipäivän apu", wrong.Text("textarea"));

        var given = await browser.SendAsync(wrong, ("Input.Email", " Clerk@example.org "), ("Input.Role", "Clerk"), ("Input.EndsAt", "2027-06-30T16:00"));
        Assert.Equal("/admin/roles/town", given.Path());
        Assert.Contains("clerk clerk@example.org Voting clerk", given.Text());
        Assert.Contains("30 June 2027 at 16:00", given.Text());
        Assert.Contains("Roles that have come down", given.Text());
        Assert.Contains("Voting clerk", (await site.Browse(clerk).OpenAsync("/my/roles")).Text("tbody"));

        var revoke = await browser.OpenAsync(given.QuerySelector("main a[href^='/admin/roles/revoke/']")!.GetAttribute("href")!);
        Assert.Contains("Write a reason", (await browser.SendAsync(revoke)).Text(".error-summary"));
        var taken = await browser.SendAsync(revoke, ("Input.Reason", "Vaalit ovat ohi"));
        Assert.Contains("Vaalit ovat ohi", taken.Text());
        Assert.Contains("Taken back", (await site.Browse(clerk).OpenAsync("/my/roles")).Text("tbody"));
    }

    [Fact]
    public async Task A_role_taken_back_shuts_the_door_in_the_middle_of_a_session()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        var second = await site.World.PersonAsync("second", site.World.TownId);
        var grant = await site.World.GrantAsync(second, Role.Coordinator);
        var browser = site.Browse(second);
        var form = await browser.OpenAsync($"/admin/rounds/{roundId}/describe");
        Assert.True((await site.World.Do<IRoles, Core.Outcome<Core.Done>>(roles => roles.RevokeAsync(site.World.Official, grant, "Tehtävä päättyi", default))).Granted);
        Assert.Contains("You do not have permission", (await browser.SendAsync(form)).Text("h1"));
        Assert.Equal(403, await browser.StatusAsync("/admin"));
    }

    [Fact]
    public async Task An_official_without_a_passkey_is_told_what_to_do()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        var without = site.World.Official with { PasskeyAt = null };
        foreach (var address in new[] { "/admin", "/admin/roles", "/admin/roles/town", "/admin/audit", $"/admin/rounds/{roundId}", "/admin/rounds/new" })
        {
            var answer = await site.Client(without).GetAsync(address);
            Assert.Equal(403, (int)answer.StatusCode);
            Assert.Contains("This office needs a passkey", await answer.Content.ReadAsStringAsync());
        }
        Assert.Contains("wait for a passkey", (await site.Browse(without).OpenAsync("/my/roles")).Text());
    }

    [Fact]
    public async Task A_form_that_needs_a_passkey_shown_just_now_comes_back_as_it_was_typed()
    {
        await using var site = await Site.CreateAsync();
        var stale = new Browser(site.Client(site.World.Official with { PasskeyAt = site.World.Clock.Now.AddMinutes(-11) }, stale: true));
        var form = await stale.OpenAsync("/admin/roles/town/grant");
        var answer = await stale.SendAsync(form, ("Input.Email", "resident@example.org"), ("Input.Role", "Clerk"), ("Input.Reason", "Vaalipäivän apu"));
        Assert.Contains("First confirm with your passkey", answer.Text(".error-summary"));
        Assert.Contains("Vaalipäivän apu", answer.Text("textarea"));
        Assert.Equal("resident@example.org", answer.QuerySelector("input[name='Input.Email']")!.GetAttribute("value"));
    }
}
