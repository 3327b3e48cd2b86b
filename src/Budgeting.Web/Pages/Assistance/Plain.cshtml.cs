using Budgeting.Core.People;
using Budgeting.Core.PlainLanguage;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Admin;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Assistance;

/// <summary>The round's summary in plain language, and the proposals with or without one.</summary>
public sealed class PlainModel(IRounds rounds, IAuthority authority, IProposals proposals, IPlainSummaries summaries, IStringLocalizer<AssistanceTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    private const int AtOnce = 100;

    /// <summary>What was entered.</summary>
    [BindProperty] public PlainForm Input { get; set; } = new();

    /// <summary>What there is.</summary>
    public PlainSummaries Summaries { get; private set; } = new(null, new Dictionary<long, Core.LocalizedText>());

    /// <summary>The public proposals.</summary>
    public IReadOnlyList<ProposalView> Proposals { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        Input = PlainForm.Of(Summaries.Round);
        return Page();
    }

    /// <summary>Saves the round's.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var written = await summaries.WriteRoundAsync(User.Actor(), roundId, Input.Text.ToText(), cancellation);
        if (!written.Granted)
            return this.Refuse([.. Input.Text.Place(written.Refusals, nameof(Input.Text))]);
        this.Confirm(texts["Plain.Saved"]);
        return LocalRedirect($"/admin/rounds/{roundId}/plain");
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator, Role.Evaluator) is { } answer)
            return answer;
        Summaries = await summaries.OfRoundAsync(roundId, cancellation);
        List<ProposalView> found = [];
        ProposalList page;
        do
        {
            page = await proposals.SearchAsync(new(roundId, Page: 1 + (found.Count / AtOnce), PageSize: AtOnce), cancellation);
            found.AddRange(page.Proposals);
        }
        while (page.Proposals.Count == AtOnce);
        Proposals = found;
        return null;
    }
}

/// <summary>A summary as entered.</summary>
public sealed class PlainForm
{
    /// <summary>The text.</summary>
    public LocalizedInput Text { get; set; } = new();

    /// <summary>A summary to be edited, or an empty form.</summary>
    public static PlainForm Of(Core.LocalizedText? text) => new() { Text = text is null ? new() : LocalizedInput.Of(text) };
}
