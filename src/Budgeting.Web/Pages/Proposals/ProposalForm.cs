using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;

namespace Budgeting.Web.Pages.Proposals;

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
