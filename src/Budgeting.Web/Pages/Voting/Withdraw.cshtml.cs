using Budgeting.Core.Electorate;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Pages.Voting;

/// <summary>Takes the voter's ballot back out of the box, once they have confirmed it.</summary>
[AtStation]
public sealed class WithdrawModel(
    IRounds rounds, IElectorate electorate, IBallotSheets sheets, IBallotBox box, VotingSessions sessions, ReceiptHandover handover, RefusalTextProvider refusals, IStringLocalizer<VotingTexts> texts)
    : BallotPage(rounds, electorate, sheets, box, sessions, handover, refusals)
{
    /// <summary>Why the ballot was not withdrawn, when it can be tried again.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation) =>
        await EnterAsync(roundId, cancellation) ?? Page();

    /// <summary>Withdraws.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation) is { } answer)
            return answer;
        var withdrawn = await Box.WithdrawAsync(roundId, Voter, cancellation);
        if (withdrawn.Granted)
        {
            Handover.Forget(HttpContext, roundId);
            this.Confirm(texts["Withdraw.Done"]);
            return LocalRedirect($"/rounds/{roundId}/vote");
        }
        if (withdrawn.RefusedFor("Voting.Closed") || withdrawn.RefusedFor("Voting.NotOpenYet"))
            return Refuse(withdrawn.Refusals[0]);
        Trouble = texts["Withdraw.Trouble"];
        Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        Response.Headers[HeaderNames.RetryAfter] = "10";
        return Page();
    }
}
