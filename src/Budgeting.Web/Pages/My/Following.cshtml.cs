using Budgeting.Core;
using Budgeting.Core.Following;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.My;

/// <summary>What a person follows, what is new in it, and when messages about it come.</summary>
[Authorize]
public sealed class FollowingModel(IFollowing following, IStringLocalizer<MyTexts> texts) : PageModel
{
    private const string Here = "/my/following";

    /// <summary>What was chosen.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>What is followed.</summary>
    public FollowedView Followed { get; private set; } = null!;

    /// <summary>When messages can come.</summary>
    public IReadOnlyList<SelectListItem> Choices => [.. Enum.GetValues<NewsChoice>().Select(choice => new SelectListItem(texts.Of(choice), choice.ToString()))];

    /// <summary>Shows it.</summary>
    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => ShowAsync(cancellation);

    /// <summary>Follows a round.</summary>
    public async Task<IActionResult> OnPostFollowRoundAsync(long roundId, string? returnUrl, CancellationToken cancellation) =>
        await AnswerAsync(await following.FollowRoundAsync(User.Actor(), roundId, cancellation), "Follow.Done", returnUrl, cancellation);

    /// <summary>Follows a proposal.</summary>
    public async Task<IActionResult> OnPostFollowProposalAsync(long proposalId, string? returnUrl, CancellationToken cancellation) =>
        await AnswerAsync(await following.FollowProposalAsync(User.Actor(), proposalId, cancellation), "Follow.Done", returnUrl, cancellation);

    /// <summary>Stops following a round.</summary>
    public async Task<IActionResult> OnPostUnfollowRoundAsync(long roundId, string? returnUrl, CancellationToken cancellation) =>
        await AnswerAsync(await following.UnfollowRoundAsync(User.Actor(), roundId, cancellation), "Follow.Stopped", returnUrl, cancellation);

    /// <summary>Stops following a proposal.</summary>
    public async Task<IActionResult> OnPostUnfollowProposalAsync(long proposalId, string? returnUrl, CancellationToken cancellation) =>
        await AnswerAsync(await following.UnfollowProposalAsync(User.Actor(), proposalId, cancellation), "Follow.Stopped", returnUrl, cancellation);

    /// <summary>Chooses when messages come.</summary>
    public async Task<IActionResult> OnPostChooseAsync(CancellationToken cancellation) =>
        await AnswerAsync(await following.ChooseAsync(User.Actor(), Input.Choice, cancellation), "Messages.Saved", null, cancellation);

    /// <summary>Chooses when messages about a round come.</summary>
    public async Task<IActionResult> OnPostChooseRoundAsync(long roundId, string? choice, CancellationToken cancellation) => await AnswerAsync(
        // What is no choice at all is one that Core refuses; an empty one goes with the others.
        await following.ChooseForRoundAsync(User.Actor(), roundId, string.IsNullOrEmpty(choice) ? null : Enum.TryParse<NewsChoice>(choice, out var known) ? known : (NewsChoice)(-1), cancellation),
        "Messages.Saved", null, cancellation);

    private async Task<IActionResult> AnswerAsync(Outcome<Done> outcome, string done, string? returnUrl, CancellationToken cancellation)
    {
        if (outcome.Granted)
        {
            this.Confirm(texts[done]);
            return LocalRedirect(LanguageChoice.LocalOr(returnUrl, Here));
        }
        var shown = await ShowAsync(cancellation);
        return Followed is null ? shown : this.Refuse(outcome.Refusals);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellation)
    {
        var own = await following.OwnAsync(User.Actor(), cancellation);
        if (!own.Granted)
            return this.Refuse(own.Refusals);
        Followed = own.Value;
        Input.Choice ??= Followed.Choice;
        return Page();
    }

    /// <summary>When messages come.</summary>
    public sealed class Form
    {
        /// <summary>For all rounds without a choice of their own.</summary>
        public NewsChoice? Choice { get; set; }
    }
}
