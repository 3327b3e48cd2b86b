namespace Budgeting.Core.Voting;

/// <summary>A ballot as it lies in the box: what was chosen, under a key that does not say by whom, and no time.</summary>
/// <param name="VoterKey">See <see cref="Voter.Key"/>.</param>
/// <param name="Cast">What was cast; null where the voter was handed a paper ballot instead, which is read from the paper and never stored here.</param>
/// <param name="Band">See <see cref="Voter.Band"/>.</param>
/// <param name="Attempt">See <see cref="CastBallot.Attempt"/>; for a paper ballot it names the act of handing it out.</param>
internal sealed record BallotRow(string VoterKey, CommittedChoices? Cast, string? Band, Guid Attempt);
