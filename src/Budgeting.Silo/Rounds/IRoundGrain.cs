using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Orleans.Concurrency;

namespace Budgeting.Silo.Rounds;

/// <summary>
/// One round: as everybody sees it and its sheets, from memory; what officials do to it, one act after another. The key is the region and the round.
/// </summary>
[Alias("budgeting.IRoundGrain")]
public interface IRoundGrain : IGrainWithStringKey
{
    /// <summary>The round as a visitor sees it; null before it is announced.</summary>
    [AlwaysInterleave, Alias("Find")]
    Task<RoundView?> FindAsync();

    /// <summary>See <see cref="IBallotSheets.OfRoundAsync"/>.</summary>
    [AlwaysInterleave, Alias("Sheets")]
    Task<BallotSheet[]> SheetsAsync();

    /// <summary>See <see cref="IRounds.DescribeAsync"/>.</summary>
    [Alias("Describe")]
    Task<Outcome<Done>> DescribeAsync(Actor actor, LocalizedText title, LocalizedText summary);

    /// <summary>See <see cref="IRounds.RescheduleAsync"/>.</summary>
    [Alias("Reschedule")]
    Task<Outcome<Done>> RescheduleAsync(Actor actor, PhasePeriod[] periods);

    /// <summary>See <see cref="IRounds.ChangeEnvelopeAsync"/>.</summary>
    [Alias("ChangeEnvelope")]
    Task<Outcome<Done>> ChangeEnvelopeAsync(Actor actor, Money amount, string reason);

    /// <summary>See <see cref="IRounds.AddHeadingAsync"/>.</summary>
    [Alias("AddHeading")]
    Task<Outcome<long>> AddHeadingAsync(Actor actor, HeadingInput heading);

    /// <summary>See <see cref="IRounds.ChangeHeadingAsync"/>.</summary>
    [Alias("ChangeHeading")]
    Task<Outcome<Done>> ChangeHeadingAsync(Actor actor, long headingId, HeadingInput heading);

    /// <summary>See <see cref="IConfirmations.AskToPublishAsync"/>.</summary>
    [Alias("AskToPublish")]
    Task<Outcome<long>> AskToPublishAsync(Actor actor, string reason);

    /// <summary>See <see cref="IConfirmations.AskToLowerEnvelopeAsync"/>.</summary>
    [Alias("AskToLowerEnvelope")]
    Task<Outcome<long>> AskToLowerEnvelopeAsync(Actor actor, Money amount, string reason);

    /// <summary>See <see cref="IConfirmations.ConfirmAsync"/>.</summary>
    [Alias("Confirm")]
    Task<Outcome<Done>> ConfirmAsync(Actor actor, long confirmationId, string? remark);

    /// <summary>See <see cref="IConfirmations.DeclineAsync"/>.</summary>
    [Alias("Decline")]
    Task<Outcome<Done>> DeclineAsync(Actor actor, long confirmationId, string remark);

    /// <summary>The round has changed: what is remembered of it is forgotten. Told in the middle of an act too, which may be the one that changed it.</summary>
    [AlwaysInterleave, Alias("Changed")]
    Task ChangedAsync();
}
