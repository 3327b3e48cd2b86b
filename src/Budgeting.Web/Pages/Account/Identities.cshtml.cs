using Budgeting.Core.Electorate;
using Budgeting.Core.SignIn;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.SignIn;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Account;

/// <summary>A person's own e-identifications, the registers their account is linked to, and the code for a clerk.</summary>
[Authorize]
public sealed class IdentitiesModel(IIdentification identification, IIdentities identities, IElectorate electorate, IStringLocalizer<AccountTexts> texts) : PageModel
{
    /// <summary>What is linked.</summary>
    public IReadOnlyList<IdentityView> Linked { get; private set; } = [];

    /// <summary>The ways that are not.</summary>
    public IReadOnlyList<IdentificationWay> Offered => [.. identification.Ways.Where(way => Linked.All(identity => identity.Provider != way.Key))];

    /// <summary>How the account stands in rounds with a register.</summary>
    public IReadOnlyList<OwnLink> Links { get; private set; } = [];

    /// <summary>A code that was just made; shown once.</summary>
    public string? Code { get; private set; }

    /// <summary>What people know a provider by.</summary>
    public string NameOf(string provider) => identification.NameOf(provider);

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    /// <summary>Takes one away.</summary>
    public async Task<IActionResult> OnPostUnlinkAsync(string? unlinked, CancellationToken cancellation)
    {
        var outcome = await identification.UnlinkAsync(unlinked ?? "", cancellation);
        await LoadAsync(cancellation);
        if (!outcome.Granted)
            return this.Refuse(outcome.Refusals);
        this.Confirm(texts["Identities.Unlinked"]);
        return RedirectToPage();
    }

    /// <summary>Makes a code for a clerk.</summary>
    public async Task<IActionResult> OnPostCodeAsync(CancellationToken cancellation)
    {
        var code = await electorate.MakeDeskCodeAsync(User.Actor(), cancellation);
        await LoadAsync(cancellation);
        if (!code.Granted)
            return this.Refuse(code.Refusals);
        Code = code.Value;
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        Linked = await identities.ListAsync(User.Actor(), cancellation);
        Links = await electorate.LinksAsync(User.Actor(), cancellation);
    }
}
