using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;

namespace Budgeting.Web.Tests.Electorate;

public sealed class RegisterPageTests
{
    private static async Task<(Site Site, long RoundId)> RoundAsync()
    {
        var site = await Site.CreateAsync();
        return (site, await site.World.RoundAsync());
    }

    internal static MultipartFormDataContent Upload(IDocument page, Stream file, bool partial = false, bool token = true)
    {
        var form = page.QuerySelector<IHtmlFormElement>("main form[enctype]")!;
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in Forms.Fields(form, partial ? [("Upload.Partial", "true")] : []))
        {
            if (token || name != "__RequestVerificationToken")
                content.Add(new StringContent(value), name);
        }
        content.Add(new StreamContent(file), "Upload.File", "register.csv");
        return content;
    }

    [Fact]
    public async Task A_coordinator_sets_the_rule_brings_in_a_file_and_reads_what_was_wrong_with_it()
    {
        var (site, roundId) = await RoundAsync();
        await using var _ = site;
        var client = site.Client(site.World.Official);
        var forms = new Forms(client);
        var address = $"/admin/rounds/{roundId}/electorate";
        Assert.True((await forms.OpenAsync($"/admin/rounds/{roundId}")).Links(address));
        var page = await forms.OpenAsync(address);
        page = await forms.SendAsync(page, ".form", ("Input.Basis", "Registered"), ("Input.MinimumAge", ""), ("Input.AgeOn", "2027-01-31"));
        Assert.Contains("minimum age in whole years", page.Text("#Input_MinimumAge-error"));
        page = await forms.SendAsync(page, ".form", ("Input.Basis", "Registered"), ("Input.MinimumAge", "16"), ("Input.AgeOn", "2027-01-31"));
        Assert.Contains("The rule is saved", page.Text());

        page = await Forms.ReadAsync(await client.PostAsync($"{address}/import", Upload(page, Registers.File(
            Registers.Header + "A-1,2000-01-01,town,fi,0\nB-2,soon,town,fi,0\nC-3,2019-01-01,county,sv,1\nA-1,2000-01-01,town,fi,0\n"))));
        Assert.Equal(["Rows4", "Added2", "Updated0", "Unchanged0", "Marked as left0", "Bad rows2"], page.Texts(".facts > div"));
        Assert.Equal(["3 birth_date The date of birth is not written 2001-12-31 or 31.12.2001", "5 identifier An earlier row has the same identifier"],
            page.QuerySelectorAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent.Trim()))));

        // An addition leaves the others alone.
        page = await forms.OpenAsync(address);
        page = await Forms.ReadAsync(await client.PostAsync($"{address}/import", Upload(page, Registers.File(Registers.Header + "D-4,1999-01-01,town,,\n"), partial: true)));
        Assert.Contains("Marked as left0", page.Texts(".facts > div"));
        Assert.Equal(new RegisterCounts(3, 2, 0, 0, 0), await site.World.CountsAsync(roundId));
        page = await forms.OpenAsync(address);
        Assert.Null(page.QuerySelector("[name='Input.Basis']"));
        page = await forms.SendAsync(page, "form:has(.hds-button--danger)");
        Assert.Contains("3 entries were deleted", page.Text());
        Assert.NotNull(page.QuerySelector("[name='Input.Basis']"));
    }

    [Fact]
    public async Task A_large_file_is_read_as_it_comes_and_other_pages_keep_their_limit()
    {
        var (site, roundId) = await RoundAsync();
        await using var _ = site;
        Assert.True((await site.World.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        var client = site.Client(site.World.Official);
        var page = await new Forms(client).OpenAsync($"/admin/rounds/{roundId}/electorate");
        var text = new StringBuilder(Registers.Header);
        for (var i = 0; i < 60_000; i++)
            text.Append("P-").Append(i).Append(",1980-01-01,town,fi,0\n");
        using var file = Registers.File(text.ToString());
        Assert.True(file.Length > 1 << 20);
        var answer = await client.PostAsync($"/admin/rounds/{roundId}/electorate/import", Upload(page, file));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(60_000, (await site.World.CountsAsync(roundId)).Entries);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync($"/admin/rounds/{roundId}/electorate", Upload(page, Registers.File(text.ToString())))).StatusCode);
    }

    [Fact]
    public async Task Emptying_asks_for_the_passkey_anew_and_loses_nothing_of_the_page()
    {
        var (site, roundId) = await RoundAsync();
        await using var _ = site;
        Assert.True((await site.World.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        Assert.True((await site.World.ImportAsync(roundId, "A-1,2000-01-01,town,fi,0\n")).Granted);
        var forms = new Forms(site.Client(site.World.Official with { PasskeyAt = site.World.Clock.Now.AddMinutes(-11) }, stale: true));
        var page = await forms.SendAsync(await forms.OpenAsync($"/admin/rounds/{roundId}/electorate"), "form:has(.hds-button--danger)");
        Assert.NotNull(page.QuerySelector("#step-up"));
        Assert.Equal("16", page.QuerySelector("[name='Input.MinimumAge']")?.GetAttribute("value") ?? "16");
        Assert.Equal(1, (await site.World.CountsAsync(roundId)).Entries);
    }

    [Fact]
    public async Task A_form_from_elsewhere_or_of_somebody_else_brings_in_nothing()
    {
        var (site, roundId) = await RoundAsync();
        await using var _ = site;
        Assert.True((await site.World.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        var client = site.Client(site.World.Official);
        var page = await new Forms(client).OpenAsync($"/admin/rounds/{roundId}/electorate");
        var import = $"/admin/rounds/{roundId}/electorate/import";
        MemoryStream File() => Registers.File(Registers.Header + "A-1,2000-01-01,town,fi,0\n");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync(import, Upload(page, File(), token: false))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync(import, new StringContent("A-1"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.Client(site.World.Resident).PostAsync(import, Upload(page, File()))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.Client(await site.World.ClerkAsync()).GetAsync($"/admin/rounds/{roundId}/electorate")).StatusCode);
        Assert.Equal(0, (await site.World.CountsAsync(roundId)).Entries);
    }

    [Fact]
    public async Task A_wrong_file_is_said_to_be_one()
    {
        var (site, roundId) = await RoundAsync();
        await using var _ = site;
        Assert.True((await site.World.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        var client = site.Client(site.World.Official);
        var page = await new Forms(client).OpenAsync($"/admin/rounds/{roundId}/electorate");
        page = await Forms.ReadAsync(await client.PostAsync($"/admin/rounds/{roundId}/electorate/import", Upload(page, Registers.File("PK\u0003\u0004 some spreadsheet"))));
        Assert.Contains("Missing: identifier, birth_date, region", page.Text(".error-summary"));
    }
}
