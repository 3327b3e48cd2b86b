using System.Runtime.CompilerServices;
using Budgeting.Core.Database;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Paper;

/// <summary>The paper ballots as counting sees them: whether it must wait for them, and those that are in the tally.</summary>
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

    /// <summary>
    /// Streams the valid ballots of a reconciled round, in the order of their batches and numbers, which says nothing of when they were cast:
    /// the same rows enter the tally, the tree and the published ballots as those of the box.
    /// </summary>
    /// <exception cref="InvalidDataException">At the end, when they were not as many as were reconciled.</exception>
    public async IAsyncEnumerable<CommittedChoices> ReadAsync(long roundId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var read = 0;
        var ballots = context.PaperBallots.AsNoTracking()
            .Where(ballot => ballot.RoundId == roundId && ballot.Choices != null)
            .OrderBy(ballot => ballot.BatchId).ThenBy(ballot => ballot.Number)
            .Select(ballot => new { ballot.Choices, ballot.Nonce, ballot.Commitment });
        await foreach (var ballot in ballots.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            read++;
            yield return new(ballot.Choices!, ballot.Nonce!, ballot.Commitment!);
        }
        var counted = await CountedAsync(roundId, cancellation);
        if (read != counted)
            throw new InvalidDataException($"Round {roundId} was reconciled with {counted} valid paper ballots but {read} were read.");
    }

    /// <summary>The choices alone of <see cref="ReadAsync"/>.</summary>
    public async IAsyncEnumerable<string> ReadChoicesAsync(long roundId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var ballot in ReadAsync(roundId, cancellation))
            yield return ballot.Choices;
    }
}
