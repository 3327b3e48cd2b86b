using System.Globalization;
using Budgeting.Core.Moderation;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Moderation;

/// <summary>What was reported in the regions of an official, with acts on many at once.</summary>
public sealed class QueueModel(IModeration moderation, IStringLocalizer<ModerationTexts> texts) : ModeratorPage
{
    // Filters come from addresses that people edit and share: what cannot be read filters nothing.

    /// <summary>How far the cases have come.</summary>
    [BindProperty(SupportsGet = true)] public string? State { get; set; }

    /// <summary>A region's id.</summary>
    [BindProperty(SupportsGet = true)] public string? Region { get; set; }

    /// <summary>A kind of reason.</summary>
    [BindProperty(SupportsGet = true)] public string? Category { get; set; }

    /// <summary><c>newest</c> or <c>most</c>.</summary>
    [BindProperty(SupportsGet = true)] public string? Order { get; set; }

    /// <summary>The page, from 1.</summary>
    [BindProperty(SupportsGet = true)] public string? PageNumber { get; set; }

    /// <summary>The cases.</summary>
    public ModerationQueue Found { get; private set; } = null!;

    /// <summary>The state shown.</summary>
    public ModerationState Shown { get; private set; }

    /// <summary>The number of pages.</summary>
    public int PageCount => (Found.Total + Found.PageSize - 1) / Found.PageSize;

    /// <summary>Lists them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await LoadAsync(cancellation) ?? Page();

    /// <summary>Acts on those chosen.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is { } answer)
            return answer;
        if (!ModelState.IsValid)
            return Page();
        var acted = await moderation.ActAsync(User.Actor(), Input.Proposals, Input.ToCore() with { AttachmentId = null }, cancellation);
        if (!acted.Granted)
            return this.Refuse(acted.Refusals);
        this.Confirm(texts["Act.Done"]);
        return LocalRedirect("/admin/moderation" + Request.QueryString);
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellation)
    {
        Shown = Enum.GetValues<ModerationState>().FirstOrDefault(state => state.ToString() == State);
        var filter = new ModerationFilter(
            Shown, Number(Region), Enum.GetValues<ModerationCategory>().Where(known => known.ToString() == Category).Select(known => (ModerationCategory?)known).FirstOrDefault(),
            Order == "most", (int)Math.Clamp(Number(PageNumber) ?? 1, 1, 1_000_000));
        var queue = await moderation.QueueAsync(User.Actor(), filter, cancellation);
        if (!queue.Granted)
            return this.Refuse(queue.Refusals);
        Found = queue.Value;
        return null;
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
