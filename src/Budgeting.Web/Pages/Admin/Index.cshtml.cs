using Budgeting.Core.Confirmations;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Admin;

/// <summary>The rounds a person runs, and what each waits for.</summary>
[Authorize]
public sealed class IndexModel(IRounds rounds, IProposals proposals, IConfirmations confirmations, IAuthority authority) : PageModel
{
    /// <summary>The rounds.</summary>
    public IReadOnlyList<ManagedRound> Rounds { get; private set; } = [];

    /// <summary>What waits for a second official: the person, or somebody they asked.</summary>
    public IReadOnlyList<ConfirmationView> Confirmations { get; private set; } = [];

    /// <summary>Whether the person may create rounds somewhere.</summary>
    public bool MayCreate { get; private set; }

    /// <summary>Whether they may give roles somewhere.</summary>
    public bool MayGiveRoles { get; private set; }

    /// <summary>Whether the audit log and the duties are theirs to read.</summary>
    public bool MayOversee { get; private set; }

    /// <summary>Lists them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var entered = await authority.RegionsAsync(User.Actor(), cancellation, RoundAdminPage.Officials);
        if (!entered.Granted)
            return this.Refuse(entered.Refusals);
        var roles = (await authority.RolesOfAsync(User.Actor().AccountId!.Value, cancellation)).Select(held => held.Role).ToHashSet();
        MayCreate = roles.Contains(Role.Coordinator);
        MayGiveRoles = roles.Contains(Role.Administrator);
        MayOversee = MayCreate || MayGiveRoles;
        Confirmations = await confirmations.WaitingAsync(User.Actor(), cancellation);
        List<ManagedRound> managed = [];
        foreach (var round in await rounds.ManagedByAsync(User.Actor(), cancellation))
        {
            if (await rounds.FindAsync(User.Actor(), round.Id, cancellation) is not { } view)
                continue;
            var waiting = await proposals.SearchAsync(new(round.Id, Status: ProposalStatus.Submitted, PageSize: 1), cancellation);
            managed.Add(new(round, view.Phase < Phase.Published ? waiting.Total : 0, view.Headings.Count == 0, view.Phase == Phase.Counting && view.ReadyToPublish));
        }
        Rounds = managed;
        return Page();
    }
}

/// <summary>A round with what it waits for.</summary>
/// <param name="Round">The round.</param>
/// <param name="Waiting">Proposals without an answer that are still to get one.</param>
/// <param name="Bare">Whether its money is not divided into headings yet.</param>
/// <param name="Ready">Whether the result is counted and not published.</param>
public sealed record ManagedRound(RoundSummary Round, int Waiting, bool Bare, bool Ready);
