using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Results;

/// <summary>The published result of a round with a reason for every project. Before publishing it says when, and no number.</summary>
public sealed class IndexModel(IResults results, IRounds rounds, IRecords records, IAuthority authority, IStringLocalizer<ResultTexts> texts) : PageModel
{
    /// <summary>The round.</summary>
    public RoundView Round { get; private set; } = null!;

    /// <summary>The result; null before it is published.</summary>
    public RoundResult? Result { get; private set; }

    /// <summary>The record by which it can be checked; null before it is published.</summary>
    public RoundRecord? Record { get; private set; }

    /// <summary>Whether the person may take the auditor's bundle.</summary>
    public bool IsAuditor { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await rounds.FindAsync(User.Actor(), roundId, cancellation) is not { } round)
            return NotFound();
        Round = round;
        var found = await results.FindAsync(roundId, cancellation);
        Result = found.Granted ? found.Value : null;
        if (await records.FindAsync(roundId, cancellation) is { Granted: true } record)
        {
            Record = record.Value;
            IsAuditor = await authority.HoldsAsync(User.Actor(), round.Region.Id, cancellation, Role.Auditor);
        }
        return Page();
    }

    /// <summary>What a file of the record holds, in words.</summary>
    public string Describe(RecordFile file) => file.HeadingId is { } headingId && Round.Headings.FirstOrDefault(heading => heading.Id == headingId) is { } heading
        ? texts[$"File.{file.Kind}", Format.Text(heading.Name)]
        : texts[$"File.{file.Kind}"];

    /// <summary>A number of votes in words.</summary>
    public string Votes(long votes) => texts[votes == 1 ? "Votes.One" : "Votes.Many", Format.Number(votes)];

    /// <summary>Why a project was funded or not, and what decided a tie.</summary>
    public string Reason(ProjectResult project)
    {
        string[] sentences = [project.Why is { } why ? Format.Text(why) : "", project.TieBrokenBy is { } breaker ? texts[$"Tie.{breaker}"].Value : ""];
        return string.Join(' ', sentences.Where(sentence => sentence.Length > 0));
    }
}
