using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Budgeting.Web.Pages.Admin;

/// <summary>The proposals of a round that wait for an answer, the oldest first, and those that have one.</summary>
public sealed class EvaluationModel(IRounds rounds, IEvaluations evaluations, IProposals proposals, IAuthority authority) : RoundAdminPage(rounds, authority)
{
    private const int PageSize = 50;

    /// <summary>Those that wait.</summary>
    public IReadOnlyList<ProposalView> Waiting { get; private set; } = [];

    /// <summary>Those that have an answer, a page of them.</summary>
    public IReadOnlyList<ProposalView> Answered { get; private set; } = [];

    /// <summary>How many pages there are.</summary>
    public int PageCount { get; private set; }

    /// <summary>The page of those that have an answer, from one.</summary>
    [BindProperty(SupportsGet = true)] public int PageNumber { get; set; } = 1;

    /// <summary>The answer to show: <c>Feasible</c>, the default, or <c>NotFeasible</c>.</summary>
    [BindProperty(SupportsGet = true)] public string? Show { get; set; }

    /// <summary>The answer shown.</summary>
    public ProposalStatus Shown => Show == nameof(ProposalStatus.NotFeasible) ? ProposalStatus.NotFeasible : ProposalStatus.Feasible;

    /// <summary>Lists them.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Evaluator, Role.Coordinator) is { } answer)
            return answer;
        Waiting = await evaluations.WaitingAsync(User.Actor(), roundId, cancellation);
        var answered = await proposals.SearchAsync(new(roundId, Status: Shown, Page: PageNumber, PageSize: PageSize), cancellation);
        Answered = answered.Proposals;
        PageNumber = answered.Page;
        PageCount = (answered.Total + PageSize - 1) / PageSize;
        return Page();
    }
}
