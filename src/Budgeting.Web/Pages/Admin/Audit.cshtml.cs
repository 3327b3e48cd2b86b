using Budgeting.Core.Audit;
using Budgeting.Core.People;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Admin;

/// <summary>The log of administrative acts, the newest first, and whether its chain holds.</summary>
public sealed class AuditModel(IAuditLog log, IAuthority authority) : OversightPage(authority)
{
    private const int PageSize = 50;

    /// <summary>The entries of the page shown.</summary>
    public IReadOnlyList<AuditEntryView> Entries { get; private set; } = [];

    /// <summary>The page shown, from one.</summary>
    [BindProperty(SupportsGet = true)] public int PageNumber { get; set; } = 1;

    /// <summary>How many pages there are.</summary>
    public int PageCount { get; private set; }

    /// <summary>Whether the chain was just verified.</summary>
    public bool Verified { get; private set; }

    /// <summary>The first entry that does not follow from the one before it; null when the chain holds.</summary>
    public long? FirstBroken { get; private set; }

    /// <summary>How many entries there are.</summary>
    public long Count { get; private set; }

    /// <summary>Shows the log.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await LoadAsync(cancellation) ?? Page();

    /// <summary>Recomputes the whole chain.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await LoadAsync(cancellation) is { } answer)
            return answer;
        FirstBroken = await log.FirstBrokenEntryAsync(cancellation);
        Verified = true;
        return Page();
    }

    /// <summary>The page on which an entry stands.</summary>
    public long PageOf(long entry) => Math.Max(0, Count - entry) / PageSize + 1;

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellation)
    {
        if (await EnterAsync(cancellation) is { } answer)
            return answer;
        // Entries are numbered without gaps: the newest one's number is how many there are.
        Count = (await log.ReadAsync(User.Actor(), 1, 1, cancellation)).FirstOrDefault()?.Id ?? 0;
        PageCount = (int)Math.Clamp((Count + PageSize - 1) / PageSize, 1, 1_000_000);
        PageNumber = Math.Clamp(PageNumber, 1, PageCount);
        Entries = await log.ReadAsync(User.Actor(), PageNumber, PageSize, cancellation);
        return null;
    }
}
