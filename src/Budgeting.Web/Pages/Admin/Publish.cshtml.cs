using Budgeting.Core.Confirmations;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Asks a second coordinator to publish a counted result. Nothing of the count is shown here.</summary>
public sealed class PublishModel(IRounds rounds, IProposals proposals, IConfirmations confirmations, IAuthority authority, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The request that waits; null when there is none.</summary>
    public ConfirmationView? Asked { get; private set; }

    /// <summary>What is missing.</summary>
    public PublishState State { get; private set; } = new(false, 0, 0);

    /// <summary>Whether it can be published now.</summary>
    public bool Ready => State is { Counted: true, Waiting: 0 } && Round.Phase == Phase.Counting;

    /// <summary>Shows what is missing, or the form.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await LoadAsync(roundId, cancellation) ?? Page();

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var asked = await confirmations.AskToPublishAsync(User.Actor(), roundId, Input.Reason, cancellation);
        if (!asked.Granted)
            return this.Refuse(asked.Refusals);
        this.Confirm(texts["Publish.Asked"]);
        return LocalRedirect($"/admin/confirmations/{asked.Value}");
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        var waiting = await proposals.SearchAsync(new(roundId, Status: ProposalStatus.Submitted, PageSize: 1), cancellation);
        State = new(Round.ReadyToPublish, waiting.Total, roundId);
        Asked = (await confirmations.OfRoundAsync(User.Actor(), roundId, cancellation))
            .FirstOrDefault(asked => asked is { Act: ConfirmedAct.PublishResult, State: ConfirmationState.Waiting });
        return null;
    }

    /// <summary>The request.</summary>
    public sealed class Form
    {
        /// <summary>Why it can be published.</summary>
        public string Reason { get; set; } = "";
    }
}
