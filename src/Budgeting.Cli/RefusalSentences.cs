using System.Globalization;
using Budgeting.Core;

namespace Budgeting.Cli;

/// <summary>Says in English why the platform refused what a command asked for.</summary>
internal static class RefusalSentences
{
    public static string Of(Refusal refusal) => refusal.Key switch
    {
        "Import.VoteType" => Invariant($"file {refusal.Arguments[0]}: a round can be made of approval and choose-1 ballots, but vote_type is {refusal.Arguments[1]}"),
        "Import.Amount" => Invariant($"file {refusal.Arguments[0]}: the {refusal.Arguments[1]} is {refusal.Arguments[2]}, which is not a positive amount of whole cents up to {Money.Largest}"),
        "Import.NoProjects" => Invariant($"file {refusal.Arguments[0]} has no projects"),
        "Import.VotingEnds" => "voting would have ended before the import",
        "Round.Title" => Invariant($"the title must have {refusal.Arguments[0]} to {refusal.Arguments[1]} characters; give one with --title"),
        "Region.Slug" => "a region's name in addresses has 2 to 60 small letters a to z, digits and hyphens",
        "Region.SlugTaken" => "there is a region with that name in addresses already",
        "Region.Name" => Invariant($"a region's name must have {refusal.Arguments[0]} to {refusal.Arguments[1]} characters"),
        _ => refusal.Key,
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
