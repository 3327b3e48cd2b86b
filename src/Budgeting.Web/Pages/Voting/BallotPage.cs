using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Voting;

/// <summary>What the pages of casting a ballot have in common: the round, the voter and the sheets open to them.</summary>
/// <param name="rounds">Finds the round.</param>
/// <param name="electorate">Admits the voter.</param>
/// <param name="sheets">The lists of projects.</param>
/// <param name="box">The ballot box.</param>
/// <param name="sessions">Keeps the passes of those who vote by a code.</param>
/// <param name="handover">Keeps the receipt of who has voted in this browser.</param>
/// <param name="refusals">Says why something was not done.</param>
public abstract class BallotPage(
    IRounds rounds, IElectorate electorate, IBallotSheets sheets, IBallotBox box, VotingSessions sessions, ReceiptHandover handover, RefusalTextProvider refusals) : PageModel
{
    private IReadOnlyList<BallotSheet> _sheets = [];

    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The pass of somebody who votes by a code; null for others.</summary>
    public EntryPass? Pass { get; private set; }

    /// <summary>Why the person may not vote here now; null when they may.</summary>
    public Refusal? NotAdmitted { get; private set; }

    /// <summary>The headings open to the voter, with what is chosen in each.</summary>
    public IReadOnlyList<BallotHeading> Headings { get; private set; } = [];

    /// <summary>The choices.</summary>
    public BallotForm Ballot { get; private set; } = new();

    /// <summary>What is in the box.</summary>
    public InBox InBox { get; private set; }

    /// <summary>The ballot in the box, where it was cast in this browser a short while ago; null for whoever comes from elsewhere.</summary>
    public StoredBallot? Stored { get; private set; }

    /// <summary>The region's time zone.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Round.Region.TimeZone);

    /// <summary>When voting closes.</summary>
    public DateTimeOffset ClosesAt => Round.EndOf(Phase.Voting)!.Value;

    /// <summary>The voter, once admitted.</summary>
    protected Voter Voter { get; private set; } = null!;

    /// <summary>The ballot box.</summary>
    protected IBallotBox Box { get; } = box;

    /// <summary>Keeps the receipt of who has voted in this browser.</summary>
    protected ReceiptHandover Handover { get; } = handover;

    /// <summary>Admits the person to the round, and shows the round and what is in the box.</summary>
    /// <returns>Null when they are admitted; else the answer.</returns>
    protected async Task<IActionResult?> EnterAsync(long roundId, CancellationToken cancellation) =>
        await ShowAsync(roundId, await AdmitAsync(roundId, cancellation), cancellation);

    /// <summary>Admits the person to the round.</summary>
    protected async Task<Outcome<Voter>> AdmitAsync(long roundId, CancellationToken cancellation)
    {
        Pass = sessions.Read(HttpContext, roundId);
        var admitted = await electorate.AdmitAsync(User.Actor(), Pass, roundId, cancellation);
        if (Pass is not null && admitted.RefusedFor("Electorate.PassNeeded"))
        {
            // Its code was replaced, or a clerk has ended the session. What was sent by it is nobody else's; whoever opens the page goes on as themselves.
            sessions.End(HttpContext, roundId);
            Pass = null;
            if (HttpMethods.IsGet(Request.Method))
                admitted = await electorate.AdmitAsync(User.Actor(), roundId, cancellation);
        }
        if (!admitted.Granted)
            return admitted;
        Voter = admitted.Value;
        if (Pass is not null)
            sessions.Begin(HttpContext, Pass, Voter);
        return admitted;
    }

    /// <summary>Shows the round to whoever was admitted.</summary>
    /// <returns>Null when they were; else the answer.</returns>
    protected async Task<IActionResult?> ShowAsync(long roundId, Outcome<Voter> admitted, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        if (!admitted.Granted)
            return Refuse(admitted.Refusals[0]);
        // Whoever comes in by a code may be a clerk who made one, or have found a letter: only the browser that cast the ballot shows what is on it.
        (InBox, Stored) = await Box.FindAsync(roundId, Voter, Handover.Read(HttpContext, roundId, User.Actor(), Pass), cancellation);
        _sheets = [.. (await sheets.OfRoundAsync(roundId, cancellation)).Where(sheet => Voter.OpenHeadings.Contains(sheet.HeadingId))];
        return null;
    }

    /// <summary>Shows why the person may not vote.</summary>
    protected IActionResult Refuse(Refusal refusal)
    {
        if (refusal.Key == Refusal.NotFound.Key)
            return NotFound();
        if (refusal.Key == "SignIn.Needed")
            return Challenge();
        // Whoever only opens the page chooses how to prove who they are; whoever sent something is told what became of it.
        if (refusal.Key == "Electorate.PassNeeded" && HttpMethods.IsGet(Request.Method))
            return LocalRedirect($"/rounds/{Round.Id}/code");
        NotAdmitted = refusal;
        if (refusal.Key.StartsWith("Electorate.", StringComparison.Ordinal))
            Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }

    /// <summary>Lays choices on the sheets.</summary>
    protected void Choose(BallotForm ballot)
    {
        ArgumentNullException.ThrowIfNull(ballot);
        Ballot = ballot;
        Headings = [.. _sheets.Select(sheet => new BallotHeading(sheet, ballot.Projects(sheet.HeadingId)))];
    }

    /// <summary>The sentence of a refusal.</summary>
    protected string TextOf(Refusal refusal) => refusals.TextOf(refusal);

    /// <summary>Puts refusals of a ballot beside the headings they are about.</summary>
    protected void AddRefusals(IReadOnlyList<Refusal> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        foreach (var refusal in faults)
        {
            var shown = Headings.FirstOrDefault(heading => $"{heading.Sheet.HeadingId}" == refusal.Field);
            ModelState.AddModelError(shown is null ? "" : BallotForm.ProjectsField(shown.Sheet.HeadingId), TextOf(refusal));
        }
    }
}

/// <summary>A heading with what is chosen in it.</summary>
/// <param name="Sheet">The heading's sheet.</param>
/// <param name="Chosen">The numbers chosen, whether the sheet has them or not.</param>
public sealed record BallotHeading(BallotSheet Sheet, IReadOnlyList<int> Chosen)
{
    /// <summary>The chosen projects that the sheet has, in its order.</summary>
    public IReadOnlyList<SheetProject> Projects { get; } = [.. Sheet.Projects.Where(project => Chosen.Contains(project.Number))];

    /// <summary>What they cost.</summary>
    public Money Sum => Money.Sum(Projects.Select(project => project.Cost));

    /// <summary>What is left of the money; negative when too much is chosen.</summary>
    public Money Left => Sheet.Money - Sum;

    /// <summary>Whether the choices keep within the limit.</summary>
    public bool Over => Sheet.BallotKind == BallotKind.Knapsack ? Sum > Sheet.Money : Projects.Count > Sheet.MaximumChoices;
}
