using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Budgeting.Web.Pages.Admin;

/// <summary>Sets a round's money with a public reason, and shows how it was set before.</summary>
public sealed class EnvelopeModel(IRounds rounds, IConfirmations confirmations, IAuthority authority, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    /// <summary>What was entered.</summary>
    [BindProperty] public Form Input { get; set; } = new();

    /// <summary>The settings so far, the newest first.</summary>
    public IReadOnlyList<EnvelopeChangeView> History { get; private set; } = [];

    /// <summary>Whether the person may change the money now.</summary>
    public bool MayChange => Holds(Role.FinanceOfficer) && !Frozen;

    /// <summary>Whether it can be lowered by two officials only.</summary>
    public bool LoweringTakesTwo => Round.Phase > Phase.Proposing && Round.Envelope > Money.Zero;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation, Officials) is { } answer)
            return answer;
        Input.Amount = Round.Envelope > Money.Zero ? Format.MoneyToEdit(Round.Envelope) : "";
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await LoadAsync(roundId, cancellation, Role.FinanceOfficer) is { } answer)
            return answer;
        var amount = Money.Parse(Input.Amount, nameof(Form.Amount));
        if (!amount.Granted)
            return this.Refuse(amount.Refusals);
        var changed = await Rounds.ChangeEnvelopeAsync(User.Actor(), roundId, amount.Value, Input.Reason, cancellation);
        if (changed.RefusedFor("FourEyes.Needed"))
        {
            var asked = await confirmations.AskToLowerEnvelopeAsync(User.Actor(), roundId, amount.Value, Input.Reason, cancellation);
            if (!asked.Granted)
                return this.Refuse(asked.Refusals);
            this.Confirm(texts["Envelope.Asked"]);
            return LocalRedirect($"/admin/confirmations/{asked.Value}");
        }
        if (!changed.Granted)
            return this.Refuse(changed.Refusals);
        this.Confirm(texts["Envelope.Done"]);
        return LocalRedirect($"/admin/rounds/{roundId}");
    }

    private async Task<IActionResult?> LoadAsync(long roundId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (await EnterAsync(roundId, cancellation, roles) is { } answer)
            return answer;
        History = [.. (await Rounds.EnvelopeHistoryAsync(roundId, cancellation)).Reverse()];
        return null;
    }

    /// <summary>The money of a round.</summary>
    public sealed class Form
    {
        /// <summary>How much.</summary>
        public string Amount { get; set; } = "";

        /// <summary>Why; public.</summary>
        public string Reason { get; set; } = "";
    }
}
