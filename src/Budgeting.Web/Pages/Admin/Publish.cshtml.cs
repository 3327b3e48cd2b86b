using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Publishes a counted result, once a coordinator has confirmed it. Nothing of the count is shown here.</summary>
public sealed class PublishModel(IRounds rounds, IProposals proposals, IResults results, IAuthority authority, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>What is missing.</summary>
    public PublishState State { get; private set; } = new(false, 0, 0);

    /// <summary>Whether it can be published now.</summary>
    public bool Ready => State is { Counted: true, Waiting: 0 } && Round.Phase == Phase.Counting;

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await LoadAsync(roundId, cancellation) ?? Page();

    /// <summary>Publishes.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var published = await results.PublishAsync(User.Actor(), roundId, cancellation);
        if (!published.Granted)
            return this.Refuse(published.Refusals);
        this.Confirm(texts["Publish.Done"]);
        return LocalRedirect($"/rounds/{roundId}/results");
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        var waiting = await proposals.SearchAsync(new(roundId, Status: ProposalStatus.Submitted, PageSize: 1), cancellation);
        State = new(Round.ReadyToPublish, waiting.Total, roundId);
        return null;
    }
}
