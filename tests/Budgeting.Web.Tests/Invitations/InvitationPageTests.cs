using Budgeting.Core.Tests;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Web.Demo;
using Budgeting.Web.Tests.Electorate;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Web.Tests.Invitations;

public sealed class InvitationPageTests
{
    private const string Rows = "identifier,birth_date,region,email,phone\nA-1,2000-01-02,town,anna@example.org,\nB-2,1950-02-01,town,,+358401112222\n";

    [Fact]
    public async Task A_coordinator_plans_invitations_which_the_site_sends_by_itself_and_sees_numbers_only()
    {
        await using var smtp = new SmtpServer();
        await using var site = await Site.CreateAsync([("Site:Address", "https://osallistu.example.fi"), .. smtp.Settings.Select(setting => (setting.Key, setting.Value!))]);
        var world = site.World;
        var (roundId, _) = await world.RegisteredAsync(Rows);
        var address = $"/admin/rounds/{roundId}/invitations";
        var coordinator = new Forms(site.Client(world.Official));
        Assert.True((await coordinator.OpenAsync($"/admin/rounds/{roundId}")).Links(address));
        var page = await coordinator.OpenAsync(address);
        Assert.Contains("E-mail address kept1", page.Texts(".facts > div"));
        Assert.Contains("Telephone number only, kept1 (not sent)", page.Texts(".facts > div"));
        page = await coordinator.SendAsync(page, ".form", ("Input.SendsAt", "1.1.2020 12.00"), ("Input.RemindsAt", "nonsense"));
        Assert.NotEmpty(page.Text("#Input_RemindsAt-error"));
        page = await coordinator.SendAsync(page, ".form", ("Input.SendsAt", "1.1.2020 12.00"), ("Input.RemindsAt", ""));
        Assert.Contains("now or later", page.Text("#Input_SendsAt-error"));
        page = await coordinator.SendAsync(await coordinator.OpenAsync(address), ".form", ("Input.WithCodes", "true"));
        Assert.Contains("The plan is saved", page.Text());

        // The site looks for invitations every few seconds.
        var mail = await smtp.WaitAsync("anna@example.org");
        Assert.Contains($"https://osallistu.example.fi/rounds/{roundId}/code", mail.Text);
        for (var i = 0; i < 50 && !(page = await coordinator.OpenAsync(address)).Text().Contains("Sent 1", StringComparison.Ordinal); i++)
            await Task.Delay(100);
        Assert.Equal(["Invitation", "E-mail", "Sent", "1"], page.Texts("tbody th, tbody td"));
        Assert.Contains("E-mail address kept0", page.Texts(".facts > div"));
        Assert.DoesNotContain("anna@", page.DocumentElement.OuterHtml);
        Assert.Null(page.QuerySelector(".form"));
        page = await coordinator.SendAsync(page, "form[action='?handler=Cancel']");
        Assert.Contains("Sending is cancelled", page.Text());
    }

    [Fact]
    public async Task Invitations_of_a_demonstration_come_to_its_mailbox()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (roundId, _) = await world.RegisteredAsync(Rows);
        // No mail server, and no address of the site, as the README starts it.
        await using var site = Site.Over(world, ("Demo:Enabled", "true"));
        var address = $"/admin/rounds/{roundId}/invitations";
        var coordinator = new Forms(site.Client(world.Official));
        await coordinator.SendAsync(await coordinator.OpenAsync(address), ".form", ("Input.WithCodes", "true"));
        var mailbox = site.Services.GetRequiredService<DemoMailbox>();
        for (var i = 0; i < 150 && mailbox.Mails.Count == 0; i++)
            await Task.Delay(100);
        var mail = Assert.Single(mailbox.Mails, mail => mail.To == "anna@example.org");
        Assert.Contains($" /rounds/{roundId}/code", mail.Text);
    }
}
