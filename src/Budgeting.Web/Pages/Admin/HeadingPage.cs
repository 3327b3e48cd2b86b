using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Pages.Account;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Budgeting.Web.Pages.Admin;

/// <summary>What adding and changing a heading have in common: one form.</summary>
/// <param name="rounds">Rounds.</param>
/// <param name="regions">Regions.</param>
/// <param name="authority">Says what the person may do.</param>
public abstract class HeadingPage(IRounds rounds, IRegions regions, IAuthority authority) : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public HeadingForm Input { get; set; } = new();

    /// <summary>The round's region and those in it.</summary>
    public IReadOnlyList<SelectListItem> Regions { get; private set; } = [];

    /// <summary>Loads what the form shows.</summary>
    /// <returns>Null when the person may go on; else the answer.</returns>
    protected async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.FinanceOfficer, Role.Coordinator) is { } answer)
            return answer;
        HashSet<long> within = [Round.Region.Id];
        // A parent comes before its children.
        Regions = RegionItems.Of([.. (await regions.TreeAsync(cancellation)).Where(region =>
            region.Id == Round.Region.Id || (region.ParentId is { } parent && within.Contains(parent) && within.Add(region.Id)))]);
        return null;
    }
}

/// <summary>A heading as it is entered.</summary>
public sealed class HeadingForm
{
    /// <summary>Its name.</summary>
    public LocalizedInput Name { get; set; } = new();

    /// <summary>Whose residents vote on it.</summary>
    public long? RegionId { get; set; }

    /// <summary>Its part of the envelope.</summary>
    public string Amount { get; set; } = "";

    /// <summary>How its ballot is filled in.</summary>
    public BallotKind? BallotKind { get; set; }

    /// <summary>At most so many projects.</summary>
    public string MaximumChoices { get; set; } = "";

    /// <summary>How its votes are counted.</summary>
    public TallyRule? Rule { get; set; }

    /// <summary>A heading to be edited.</summary>
    public static HeadingForm Of(HeadingView heading)
    {
        ArgumentNullException.ThrowIfNull(heading);
        return new()
        {
            Name = LocalizedInput.Of(heading.Name), RegionId = heading.RegionId, Amount = Format.MoneyToEdit(heading.Amount),
            BallotKind = heading.BallotKind, MaximumChoices = heading.MaximumChoices?.ToString(CultureInfo.InvariantCulture) ?? "",
            Rule = heading.Rule,
        };
    }

    /// <summary>The heading, or what cannot be read.</summary>
    public Outcome<HeadingInput> Read()
    {
        var amount = Money.Parse(Amount, nameof(Amount));
        if (!amount.Granted)
            return Outcome<HeadingInput>.Refused(amount.Refusals);
        if (BallotKind is not { } kind)
            return Refusal.Of("Heading.BallotKind", nameof(BallotKind));
        if (Rule is not { } rule)
            return Refusal.Of("Heading.Rule", nameof(Rule));
        // Where the money is the limit a number of choices says nothing; what is no number is no limit, and that is refused.
        int? maximum = kind == Core.Rounds.BallotKind.Approval
            && int.TryParse(MaximumChoices.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new HeadingInput(Name.ToText(), RegionId ?? 0, amount.Value, kind, maximum, rule);
    }
}
