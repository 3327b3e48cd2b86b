namespace Budgeting.Core.Voting;

/// <summary>A ballot as it lies in the box: what was chosen, under a key that does not say by whom, and no time.</summary>
/// <param name="VoterKey">See <see cref="Voter.Key"/>.</param>
/// <param name="Choices">See <see cref="ChoicesText"/>.</param>
/// <param name="Receipt">See <see cref="ReceiptCode"/>.</param>
/// <param name="Attempt">See <see cref="CastBallot.Attempt"/>.</param>
internal sealed record BallotRow(string VoterKey, string Choices, string Receipt, Guid Attempt);
