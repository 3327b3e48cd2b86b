using Budgeting.Core;
using Budgeting.Core.Verification;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Web.Tests.Admin;

public sealed class AuditTests
{
    [Fact]
    public async Task An_administrator_downloads_the_log_and_it_verifies()
    {
        await using var site = await Site.CreateAsync();
        await site.World.RoundAsync();
        Assert.Equal(200, await site.Browse(site.World.Official).StatusAsync("/admin/audit"));
        var log = await site.Browse(site.World.Official).DownloadAsync("/admin/audit/log.jsonl");
        Assert.True(Assert.Single(await RecordVerifier.CheckAuditLogAsync(new MemoryStream(log), [], default)).Passed);
        foreach (var person in new[] { Actor.Visitor, site.World.Resident })
            Assert.DoesNotContain("budgeting-audit", await (await site.Client(person).GetAsync("/admin/audit/log.jsonl")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_page_names_the_first_broken_entry_and_leads_to_it()
    {
        await using var site = await Site.CreateAsync();
        await site.World.RoundAsync();
        var browser = site.Browse(site.World.Official);
        Assert.Contains("The chain holds", (await browser.SendAsync(await browser.OpenAsync("/admin/audit"))).Text());
        await site.World.Sql(context => context.Database.ExecuteSqlRawAsync("DROP TRIGGER audit_entries_no_update"));
        await site.World.Sql(context => context.Database.ExecuteSqlRawAsync("UPDATE audit_entries SET subject = 'round 9' WHERE id = 4"));
        var broken = await browser.SendAsync(await browser.OpenAsync("/admin/audit"));
        Assert.Contains("The chain breaks at entry 4", broken.Text());
        Assert.True(broken.Links("/admin/audit?pageNumber=1#entry-4"));
    }
}
