using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Web.Tests.Electorate;

namespace Budgeting.Web.Tests.Security;

public sealed class RegisterAttackTests
{
    [Fact]
    public async Task Files_that_are_no_register_are_refused_in_words_and_leave_the_register_alone()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        Assert.True((await site.World.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        Assert.True((await site.World.ImportAsync(roundId, "A-1,2000-01-02,town,fi,1\n")).Granted);
        var before = await site.World.CountsAsync(roundId);
        var client = site.Client(site.World.Official);
        var page = await new Forms(client).OpenAsync($"/admin/rounds/{roundId}/electorate");
        var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(Encoding.UTF8.GetBytes(Registers.Header + new string('A', 5_000_000)));
        (string What, byte[] File)[] files =
        [
            ("gzip", zipped.ToArray()),
            ("zip", [0x50, 0x4b, 3, 4, .. new byte[2_000]]),
            ("NUL", new byte[100_000]),
            ("endless header", Encoding.UTF8.GetBytes(new string('a', 3_000_000))),
            ("endless row", Encoding.UTF8.GetBytes(Registers.Header + new string('A', 3_000_000))),
            ("endless quotation", Encoding.UTF8.GetBytes(Registers.Header + "\"" + new string('A', 3_000_000))),
            ("many columns", Encoding.UTF8.GetBytes(Registers.Header + new string(',', 60_000) + "\n")),
            ("NUL in rows", Encoding.UTF8.GetBytes(Registers.Header + "A\0-1,2000-01-02,town,fi,1\nB-2,2000-01-02,to\0wn,fi,1\n")),
            ("not UTF-8", [.. Encoding.UTF8.GetBytes(Registers.Header), .. Encoding.Latin1.GetBytes("Ä-1,2000-01-02,town,fi,1\n")]),
            ("empty", []),
        ];
        foreach (var (what, file) in files)
        {
            var answer = await client.PostAsync($"/admin/rounds/{roundId}/electorate/import", RegisterPageTests.Upload(page, new MemoryStream(file)));
            Assert.True((int)answer.StatusCode == 200, $"{what}: {(int)answer.StatusCode}");
            var said = await Forms.ReadAsync(answer);
            Assert.True(said.Text(".error-summary").Length > 0, $"{what}: {said.Text()}");
            Assert.Equal(before, await site.World.CountsAsync(roundId));
        }
    }

    [Fact]
    public async Task A_form_that_is_torn_is_a_bad_request_and_no_fault_of_the_server()
    {
        await using var site = await Site.CreateAsync();
        var roundId = await site.World.RoundAsync();
        Assert.True((await site.World.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        var client = site.Client(site.World.Official);
        var token = (await new Forms(client).OpenAsync($"/admin/rounds/{roundId}/electorate")).QuerySelector<IHtmlInputElement>("main form[enctype] [name=__RequestVerificationToken]")!.Value;
        var part = $"--x\r\nContent-Disposition: form-data; name=\"__RequestVerificationToken\"\r\n\r\n{token}\r\n";
        foreach (var body in new[]
        {
            "", "--x", "--x\r\n", "no boundary at all", part, part + "--x\r\nContent-Disposition: form-data; name=\"Upload.File\"; filename=\"a\"\r\n\r\n" + Registers.Header,
            part + "--x\r\nno colon\r\n\r\n", part + "--x\r\n" + new string('H', 20_000) + ": x\r\n\r\n", part + "--x\r\nContent-Disposition: ;;;\r\n\r\nx\r\n--x--",
        })
        {
            var answer = await client.PostAsync($"/admin/rounds/{roundId}/electorate/import",
                new StringContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } });
            Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode}: {body[..Math.Min(60, body.Length)]}");
        }
        Assert.Equal(0, (await site.World.CountsAsync(roundId)).Entries);
    }
}
