using Budgeting.Core.Confirmations;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>A round as those who run it see it: how far it is, what it waits for, and the way to change it.</summary>
public sealed class RoundModel(
    IRounds rounds, IProposals proposals, IRegions regions, IPhaseDuties duties, IPaperBallots ballots, IConfirmations confirmations, IAuthority authority, TimeProvider time,
    IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>What follows from the phases, and how far it has come.</summary>
    public IReadOnlyList<PhaseDutyView> Duties { get; private set; } = [];

    /// <summary>What a second official was asked for, the newest first.</summary>
    public IReadOnlyList<ConfirmationView> Confirmations { get; private set; } = [];

    /// <summary>The regions by id.</summary>
    public IReadOnlyDictionary<long, RegionView> Regions { get; private set; } = new Dictionary<long, RegionView>();

    /// <summary>Proposals without an answer.</summary>
    public int Waiting { get; private set; }

    /// <summary>The paper ballots, for those who work on them, once voting has begun.</summary>
    public PaperRound? Paper { get; private set; }

    /// <summary>Whether carrying out the duties has just failed.</summary>
    public bool DutiesFailed { get; private set; }

    /// <summary>Whether a duty is due and not done.</summary>
    public bool DutiesDue => Duties.FirstOrDefault(duty => duty.CompletedAt is null) is { WaitsForPaper: false } next && next.DueAt <= time.GetUtcNow();

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Officials) is { } answer)
            return answer;
        await LoadAsync(cancellation);
        return Page();
    }

    /// <summary>Does what is due and has not been done.</summary>
    public async Task<IActionResult> OnPostDutiesAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator, Role.Administrator) is { } answer)
            return answer;
        try
        {
            var done = await duties.CarryOutAllAsync(roundId, cancellation);
            await LoadAsync(cancellation);
            DutiesFailed = Duties.Any(duty => duty.Note is not null);
            if (DutiesFailed)
                return Page();
            this.Confirm(done > 0 ? texts["Duties.Done", done] : texts["Duties.NothingDue"]);
            return LocalRedirect($"/admin/rounds/{roundId}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The service has logged why, and noted it beside the duty that this page shows.
            DutiesFailed = true;
            await LoadAsync(cancellation);
            return Page();
        }
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        Duties = await Rounds.DutiesAsync(User.Actor(), Round.Id, cancellation);
        Confirmations = await confirmations.OfRoundAsync(User.Actor(), Round.Id, cancellation);
        Regions = (await regions.TreeAsync(cancellation)).ToDictionary(region => region.Id);
        Paper = Frozen && await ballots.FindAsync(User.Actor(), Round.Id, cancellation) is { Granted: true } found ? found.Value : null;
        Waiting = (await proposals.SearchAsync(new(Round.Id, Status: ProposalStatus.Submitted, PageSize: 1), cancellation)).Total;
    }
}
