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
        "Role.Reason" => Invariant($"the reason must have {refusal.Arguments[0]} to {refusal.Arguments[1]} characters; give one with --reason"),
        "Role.Unconfirmed" => "the address of the account is not confirmed, so the account may be somebody else's; its owner first signs in by a link to it",
        "Role.EndPast" => "the instant of --until is past",
        "Role.HeldOtherwise" => "the role is held already, with another end; take it back first",
        "Role.LastAdministrator" => "no other administrator of this region would remain whose role has no end",
        "NotFound" => "there is no such round",
        "Electorate.Frozen" => "voting has begun, and the electorate stands still",
        "Electorate.Imported" => "the ballots of an imported round were cast elsewhere",
        "Register.NotPublished" => "voting has begun, and the register stays until the result is published",
        "Electorate.HasEntries" => "the register has entries that were made by the rule; 'budgeting electorate clear' empties it",
        "Electorate.NotRegistered" => "the round's electorate is not by register; set it with 'budgeting electorate rule'",
        "Electorate.RuleChanged" => "the rule was changed while the file was read",
        "Electorate.MinimumAge" => "--minimum-age must be 0 to 100",
        "Electorate.AgeOn" => "--age-on must be a day of the years 2000 to 2200",
        "Electorate.AgeNeedsRegister" => "an age can only be asked of a register, not of declarations",
        "Electorate.Regions" => "the regions must lie in the round's region",
        "Register.Header" => Invariant($"the file's first line must name its columns; missing: {refusal.Arguments[0]}"),
        "Register.Unreadable" => Invariant($"the file cannot be read beyond line {refusal.Arguments[0]}; nothing was changed"),
        "Register.NoRows" => "the file has no row that can be used; nothing was changed",
        "Voting.Closed" => "voting has ended",
        _ => refusal.Key,
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
