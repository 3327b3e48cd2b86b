using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Roles;

/// <summary>Takes a role back.</summary>
[Authorize]
public sealed class RevokeModel(IRegions regions, IRoles roles, IStringLocalizer<RoleTexts> texts) : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The role.</summary>
    public GrantView Grant { get; private set; } = null!;

    /// <summary>The name of its region in addresses.</summary>
    public string Slug { get; private set; } = "";

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(long grantId, CancellationToken cancellation) => await EnterAsync(grantId, cancellation) ?? Page();

    /// <summary>Takes it.</summary>
    public async Task<IActionResult> OnPostAsync(long grantId, CancellationToken cancellation)
    {
        if (await EnterAsync(grantId, cancellation) is { } answer)
            return answer;
        var revoked = await roles.RevokeAsync(User.Actor(), grantId, Input.Reason, cancellation);
        if (!revoked.Granted)
            return this.Refuse(revoked.Refusals);
        this.Confirm(texts["Revoke.Done"]);
        // Who gave up their own power over the region can no longer look at it.
        return LocalRedirect((await roles.FindAsync(User.Actor(), grantId, cancellation)).Granted ? $"/admin/roles/{Slug}" : "/my/roles");
    }

    private async Task<IActionResult?> EnterAsync(long grantId, CancellationToken cancellation)
    {
        var found = await roles.FindAsync(User.Actor(), grantId, cancellation);
        if (!found.Granted)
            return this.Refuse(found.Refusals);
        Grant = found.Value;
        Slug = (await regions.TreeAsync(cancellation)).First(region => region.Id == Grant.RegionId).Slug;
        return null;
    }

    /// <summary>The end of a role.</summary>
    public sealed class Form
    {
        /// <summary>Why.</summary>
        public string Reason { get; set; } = "";
    }
}
