using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Roles;

/// <summary>Gives a person a role in a region.</summary>
public sealed class GrantModel(IRegions regions, IRoles roles, IStringLocalizer<RoleTexts> texts, IStringLocalizer<SharedTexts> shared)
    : RegionRolesPage(regions, roles)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The roles that can be given. Everyone is a resident as it is.</summary>
    public IReadOnlyList<SelectListItem> Choices =>
        [.. Enum.GetValues<Role>().Where(role => role != Role.Resident).Select(role => new SelectListItem(shared.Of(role), role.ToString()))];

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellation) => await EnterAsync(slug, cancellation) ?? Page();

    /// <summary>Gives it.</summary>
    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancellation)
    {
        if (await EnterAsync(slug, cancellation) is { } answer)
            return answer;
        List<Refusal> refusals = [];
        DateTimeOffset? endsAt = null;
        if (!string.IsNullOrWhiteSpace(Input.EndsAt))
        {
            var parsed = LocalTime.Parse(Input.EndsAt, nameof(Form.EndsAt), Zone, RepeatedHour.Later);
            refusals.AddRange(parsed.Refusals);
            endsAt = parsed.Granted ? parsed.Value : null;
        }
        if (!Enum.TryParse<Role>(Input.Role, out var role))
            refusals.Add(Refusal.Of("Role.Unknown", nameof(Form.Role)));
        var account = await Roles.FindAccountAsync(User.Actor(), Input.Email, cancellation);
        refusals.AddRange(account.Refusals);
        if (refusals.Count > 0)
            return this.Refuse(refusals);
        var granted = await Roles.GrantAsync(User.Actor(), new(account.Value, role, Region.Id, Input.Reason, endsAt), cancellation);
        if (!granted.Granted)
            return this.Refuse(granted.Refusals);
        this.Confirm(texts["Grant.Done"]);
        return LocalRedirect($"/admin/roles/{slug}");
    }

    /// <summary>A role for somebody.</summary>
    public sealed class Form
    {
        /// <summary>The address of their account.</summary>
        public string Email { get; set; } = "";

        /// <summary>The role's name.</summary>
        public string Role { get; set; } = "";

        /// <summary>Why.</summary>
        public string Reason { get; set; } = "";

        /// <summary>When it ends, in the region's time; empty when it has no end.</summary>
        public string EndsAt { get; set; } = "";
    }
}
