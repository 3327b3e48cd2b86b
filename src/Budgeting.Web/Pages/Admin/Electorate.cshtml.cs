using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Says who may vote in a round, and keeps its register.</summary>
public sealed class ElectorateModel(
    IRounds rounds, IAuthority authority, IRegions regions, IElectorate electorate, IElectorRegister register, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    private IReadOnlyList<RegionView> _regions = [];

    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>What the form of the file holds at first; another page reads it.</summary>
    public UploadForm Upload { get; } = new();

    /// <summary>The rule as it stands.</summary>
    public ElectorateRule Rule { get; private set; } = ElectorateRule.Unset;

    /// <summary>The register in numbers.</summary>
    public RegisterCounts Counts { get; private set; } = new(0, 0, 0, 0, 0);

    /// <summary>Whether the rule can be changed now.</summary>
    public bool MayChangeRule => !Frozen && Counts.Entries == 0;

    /// <summary>Whether the register can be emptied now.</summary>
    public bool MayClear => Counts.Entries > 0 && (!Frozen || Round.Phase >= Phase.Published);

    /// <summary>The regions whose people may vote.</summary>
    public IEnumerable<RegionView> RuleRegions =>
        Rule.RegionIds.Count == 0 ? [Round.Region] : _regions.Where(region => Rule.RegionIds.Contains(region.Id));

    /// <summary>The bases to choose from.</summary>
    public IEnumerable<SelectListItem> Bases =>
        Enum.GetValues<ElectorateBasis>().Select(basis => new SelectListItem(texts.Of(basis), basis.ToString()));

    /// <summary>The regions to choose from: those below the round's.</summary>
    public IReadOnlyList<SelectListItem> RegionItems { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        Input = Form.Of(Rule);
        return Page();
    }

    /// <summary>Sets the rule.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        if (!ModelState.IsValid)
            return Page();
        var byRegister = Input.Basis == ElectorateBasis.Registered;
        var rule = new ElectorateRule(
            Input.Basis, byRegister ? Input.MinimumAge : null, byRegister ? Input.AgeOn : null, Input.RegionIds, Input.PublishesBands);
        var set = await register.SetRuleAsync(User.Actor(), roundId, rule, cancellation);
        if (!set.Granted)
            return this.Refuse(set.Refusals);
        this.Confirm(texts["Electorate.Saved"]);
        return LocalRedirect($"/admin/rounds/{roundId}/electorate");
    }

    /// <summary>Empties the register.</summary>
    public async Task<IActionResult> OnPostClearAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation) is { } answer)
            return answer;
        var cleared = await register.ClearAsync(User.Actor(), roundId, cancellation);
        if (!cleared.Granted)
        {
            // The form of the rule was not sent: it shows the rule there is.
            Input = Form.Of(Rule);
            return this.Refuse(cleared.Refusals);
        }
        this.Confirm(texts["Register.Cleared", Format.Number(cleared.Value)]);
        return LocalRedirect($"/admin/rounds/{roundId}/electorate");
    }

    /// <summary>Whether a passkey has to be shown before a file is sent: a browser does not keep a chosen file when the form comes back.</summary>
    public bool StepUpNeeded { get; private set; }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator, Role.Administrator) is { } answer)
            return answer;
        StepUpNeeded = await Authority.RefuseWithoutStepUpAsync(User.Actor(), Round.Region.Id, cancellation, Role.Coordinator, Role.Administrator) is not null;
        Rule = await electorate.RuleAsync(roundId, cancellation);
        Counts = (await register.CountAsync(User.Actor(), roundId, cancellation)).Value;
        _regions = await regions.TreeAsync(cancellation);
        HashSet<long> within = [Round.Region.Id];
        foreach (var region in _regions.Where(region => region.ParentId is { } parent && within.Contains(parent)))
            within.Add(region.Id);
        RegionItems = [.. _regions.Where(region => within.Contains(region.Id) && region.Id != Round.Region.Id).Select(region => new SelectListItem(Format.Text(region.Name), $"{region.Id}"))];
        return null;
    }

    /// <summary>A rule.</summary>
    public sealed class Form
    {
        /// <summary>The form with a rule in it.</summary>
        internal static Form Of(ElectorateRule rule) => new()
        {
            Basis = rule.Basis, MinimumAge = rule.MinimumAge, AgeOn = rule.AgeOn, RegionIds = [.. rule.RegionIds], PublishesBands = rule.PublishesBands,
        };

        /// <summary>What the right to vote rests on.</summary>
        public ElectorateBasis Basis { get; set; }

        /// <summary>The age that must have been reached.</summary>
        public int? MinimumAge { get; set; }

        /// <summary>The day by which.</summary>
        public DateOnly? AgeOn { get; set; }

        /// <summary>Whose people may vote; none is all.</summary>
        public List<long> RegionIds { get; set; } = [];

        /// <summary>Whether age group, district and way of voting are published.</summary>
        public bool PublishesBands { get; set; }
    }

    /// <summary>A file for the register.</summary>
    public sealed class UploadForm
    {
        /// <summary>Whether entries that are not in the file stay as they are.</summary>
        public bool Partial { get; set; }

        /// <summary>The file's name.</summary>
        public string File { get; set; } = "";
    }
}
