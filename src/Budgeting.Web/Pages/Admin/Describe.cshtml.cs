using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Changes a round's title and summary.</summary>
public sealed class DescribeModel(IRounds rounds, IAuthority authority, IStringLocalizer<AdminTexts> texts) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        Input = new() { Title = LocalizedInput.Of(Round.Title), Summary = LocalizedInput.Of(Round.Summary) };
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator) is { } answer)
            return answer;
        var described = await Rounds.DescribeAsync(User.Actor(), roundId, Input.Title.ToText(), Input.Summary.ToText(), cancellation);
        if (!described.Granted)
            return this.Refuse([.. Input.Summary.Place(Input.Title.Place(described.Refusals, nameof(Form.Title)), nameof(Form.Summary))]);
        this.Confirm(texts["Describe.Done"]);
        return LocalRedirect($"/admin/rounds/{roundId}");
    }

    /// <summary>What a round is called and about.</summary>
    public sealed class Form
    {
        /// <summary>Its title.</summary>
        public LocalizedInput Title { get; set; } = new();

        /// <summary>What it is about.</summary>
        public LocalizedInput Summary { get; set; } = new();
    }
}
