using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Pages.Proposals;

/// <summary>A proposal with the round it belongs to, as pages show it.</summary>
/// <param name="Proposal">The proposal.</param>
/// <param name="Round">Its round.</param>
public sealed record ProposalInRound(ProposalView Proposal, RoundView Round)
{
    /// <summary>The heading it asks money from.</summary>
    public HeadingView? Heading => Round.Headings.FirstOrDefault(heading => heading.Id == Proposal.HeadingId);

    /// <summary>Whether its author may still change it, submit it and take it back.</summary>
    public bool CanChange =>
        Proposal is { Own: true, Evaluation: null, Status: ProposalStatus.Draft or ProposalStatus.Submitted } && Round.Phase == Phase.Proposing;

    /// <summary>The colour of a status's label.</summary>
    public static string KindOf(ProposalStatus status) => status switch
    {
        ProposalStatus.Draft => "alert",
        ProposalStatus.Submitted => "info",
        ProposalStatus.Feasible => "success",
        _ => "neutral",
    };

    /// <summary>A proposal the actor may see, with its round; null when there is none.</summary>
    internal static async Task<ProposalInRound?> FindAsync(
        IProposals proposals, IRounds rounds, Actor actor, long proposalId, CancellationToken cancellation) =>
        await proposals.FindAsync(actor, proposalId, cancellation) is { } proposal
        && await rounds.FindAsync(actor, proposal.RoundId, cancellation) is { } round
            ? new(proposal, round)
            : null;
}

/// <summary>A proposal as its form holds it.</summary>
public sealed class ProposalForm
{
    /// <summary>Names this piece of writing, so that a form sent twice stores one draft.</summary>
    public Guid Writing { get; set; } = Guid.NewGuid();

    /// <summary>The heading, or null while none is chosen.</summary>
    public long? HeadingId { get; set; }

    /// <summary>The language it is written in.</summary>
    public string Language { get; set; } = "";

    /// <summary>The title.</summary>
    public string Title { get; set; } = "";

    /// <summary>The text.</summary>
    public string Text { get; set; } = "";

    /// <summary>Where.</summary>
    public string Place { get; set; } = "";

    /// <summary>The form of what is already stored.</summary>
    public static ProposalForm Of(ProposalView proposal) => new()
    {
        HeadingId = proposal.HeadingId, Language = proposal.Language, Title = proposal.Title, Text = proposal.Text, Place = proposal.Place ?? "",
    };

    /// <summary>What Core takes. Browsers post line breaks as two characters; people count them as one.</summary>
    public ProposalInput ToCore() => new(HeadingId ?? 0, Language, Title.Trim(), Text.ReplaceLineEndings("\n").Trim(), Place.Trim());

    /// <summary>Whether a stored proposal says the same.</summary>
    public bool IsSameAs(ProposalView proposal) => Of(proposal).ToCore() == ToCore();
}

/// <summary>The fields of a proposal's form, with what they are chosen from.</summary>
/// <param name="Input">What is written.</param>
/// <param name="Round">The round.</param>
public sealed record ProposalFields(ProposalForm Input, RoundView Round);

/// <summary>Reads numbers of addresses, where what cannot be read means nothing was said.</summary>
internal static class QueryNumbers
{
    public static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
