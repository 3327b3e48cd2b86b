namespace Budgeting.Web.Pages.Admin;

/// <summary>What publishing a result still waits for.</summary>
/// <param name="Counted">Whether the count is done.</param>
/// <param name="Waiting">Proposals without an answer.</param>
/// <param name="RoundId">The round.</param>
public sealed record PublishState(bool Counted, int Waiting, long RoundId);
