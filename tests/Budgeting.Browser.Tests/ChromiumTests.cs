using Budgeting.Core.Tests;

namespace Budgeting.Browser.Tests;

/// <summary>The journeys' own check: a page that is not accessible fails.</summary>
[Collection(nameof(Chromium))]
public sealed class ChromiumTests(Chromium chromium)
{
    [Fact]
    public async Task A_page_that_is_not_accessible_is_found()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        await using var site = Site.Over(world);
        await using var visitor = await chromium.VisitAsync(site, "a page that is not accessible");
        await visitor.GoAsync("/");
        await visitor.LookAsync("as it is");
        await visitor.Page.EvaluateAsync("document.querySelector('main').append(document.createElement('button'))");
        var found = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => visitor.LookAsync("with a nameless button"));
        Assert.Contains("button-name: Buttons must have discernible text", found.Message, StringComparison.Ordinal);
    }
}
