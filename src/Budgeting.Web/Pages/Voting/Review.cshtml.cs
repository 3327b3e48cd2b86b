using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Texts;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Pages.Voting;

/// <summary>Shows what is about to be cast, and casts it: all headings in one act.</summary>
[AtStation]
public sealed class ReviewModel(
    IRounds rounds, IElectorate electorate, IBallotSheets sheets, IBallotBox box, VotingSessions sessions,
    ReceiptHandover handover, RefusalTextProvider refusals)
    : BallotPage(rounds, electorate, sheets, box, sessions, handover, refusals)
{
    private const string RetryAfterSeconds = "10";

    /// <summary>What is shown.</summary>
    public ReviewState State { get; private set; } = ReviewState.Review;

    /// <summary>Why the ballot was not stored, when that is not the voter's doing.</summary>
    public string? Trouble { get; private set; }

    /// <summary>There is nothing to review without choices.</summary>
    public IActionResult OnGet(long roundId) => LocalRedirect($"/rounds/{roundId}/vote");

    /// <summary>Shows the choices, or what is wrong with them.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation) is { } answer)
            return answer;
        Choose(BallotForm.Read(Request.Form));
        Ballot.NameAttempt();
        var check = await Box.CheckAsync(Ballot.ToBallot(roundId, Voter), cancellation);
        if (!check.Granted)
        {
            State = ReviewState.Choices;
            AddRefusals(check.Refusals);
        }
        return Page();
    }

    /// <summary>Casts the ballot.</summary>
    public async Task<IActionResult> OnPostCastAsync(long roundId, CancellationToken cancellation)
    {
        var ballot = BallotForm.Read(Request.Form);
        ballot.NameAttempt();
        // What is stored is answered without reading anything for a page: in the last minutes that is what most people wait for.
        var admitted = await AdmitAsync(roundId, cancellation);
        var cast = admitted.Granted ? await Box.CastAsync(ballot.ToBallot(roundId, Voter), cancellation) : null;
        if (cast is { Granted: true })
        {
            Handover.Give(HttpContext, roundId, User.Actor(), Pass, cast.Value.Receipt);
            return LocalRedirect($"/rounds/{roundId}/vote/receipt");
        }
        if (await ShowAsync(roundId, admitted, cancellation) is { } answer)
        {
            State = ReviewState.NotStored;
            return answer;
        }
        Choose(ballot);
        switch (cast!.Refusals[0].Key)
        {
            case "Voting.Busy" or "Voting.NotStored":
                State = ReviewState.Trouble;
                Trouble = TextOf(cast.Refusals[0]);
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
                return Page();
            case "Voting.Closed" or "Voting.NotOpenYet":
                State = ReviewState.NotStored;
                return Refuse(cast.Refusals[0]);
            default:
                State = ReviewState.Choices;
                AddRefusals(cast.Refusals);
                return Page();
        }
    }
}

/// <summary>What the review page shows.</summary>
public enum ReviewState
{
    /// <summary>The choices, ready to be cast.</summary>
    Review,

    /// <summary>The sheets again, because something is wrong with the choices.</summary>
    Choices,

    /// <summary>The ballot could not be stored now, and can be sent again.</summary>
    Trouble,

    /// <summary>The ballot was not stored and cannot be any more.</summary>
    NotStored,
}
