using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Paper;

/// <summary>The paper ballots as counting sees them: whether it must wait for them, and how many are in the tally.</summary>
internal sealed class PaperTally(BudgetingContext context)
{
    /// <summary>
    /// Whether a round has paper ballots, handed out or in a batch, that are not reconciled. After closing nothing but a reconciliation turns this to no.
    /// </summary>
    public async Task<bool> HoldsUpCountAsync(long roundId, CancellationToken cancellation) =>
        !await context.PaperReconciliations.AnyAsync(reconciliation => reconciliation.RoundId == roundId, cancellation)
        && (await context.PaperBatches.AnyAsync(batch => batch.RoundId == roundId, cancellation) || await IssuedAsync(roundId, cancellation) > 0);

    /// <summary>Papers handed out and not taken back.</summary>
    public Task<int> IssuedAsync(long roundId, CancellationToken cancellation) =>
        context.Ballots.CountAsync(ballot => ballot.RoundId == roundId && ballot.Choices == null, cancellation);

    /// <summary>Valid paper ballots by the reconciliation; zero when there is none.</summary>
    public Task<int> CountedAsync(long roundId, CancellationToken cancellation) =>
        context.PaperReconciliations.Where(reconciliation => reconciliation.RoundId == roundId).Select(reconciliation => reconciliation.Counted).FirstOrDefaultAsync(cancellation);

    /// <summary>Makes sure that the valid ballots are as many as were reconciled. Before counting.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public async Task CheckAsync(long roundId, CancellationToken cancellation)
    {
        var counted = await CountedAsync(roundId, cancellation);
        var valid = await context.PaperBallots.CountAsync(ballot => ballot.RoundId == roundId && ballot.Choices != null, cancellation);
        if (valid != counted)
            throw new InvalidDataException($"Round {roundId} was reconciled with {counted} valid paper ballots but there are {valid}.");
    }
}
