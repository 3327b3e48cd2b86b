using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Voting;

/// <summary>A ballot as it is counted and published: what was chosen and what shows that it is the one that was cast.</summary>
/// <param name="Choices">See <see cref="ChoicesText"/>.</param>
/// <param name="Band">See <see cref="Voter.Band"/>.</param>
/// <param name="Nonce">See <see cref="CommittedChoices.Nonce"/>.</param>
/// <param name="Commitment">See <see cref="CommittedChoices.Commitment"/>.</param>
internal sealed record CountedBallot(string Choices, string? Band, byte[] Nonce, byte[] Commitment);

/// <summary>
/// All ballots of a round that are to be counted, whatever channel they came by. The count, the hash tree, the published ballots and the
/// auditor's bundle read them here and nowhere else, so that none of them can leave out what another has.
/// </summary>
internal sealed class CountedBallots(BudgetingContext context)
{
    /// <summary>The query, with the parameter that stands for the round. A paper handed out has no choices in the box; what was put on it comes from the papers typed in.</summary>
    public static string Sql(string round) => $"""
        SELECT choices AS "Choices", band AS "Band", nonce AS "Nonce", commitment AS "Commitment" FROM ballots WHERE round_id = {round} AND choices IS NOT NULL
        UNION ALL SELECT choices, NULL, nonce, commitment FROM paper_ballots WHERE round_id = {round} AND choices IS NOT NULL
        """;

    private static readonly string Between =
        $"SELECT \"Commitment\" AS \"Value\" FROM ({Sql("{0}")}) AS counted WHERE \"Commitment\" BETWEEN {{1}} AND {{2}} ORDER BY \"Commitment\"";

    /// <summary>The ballots in no order.</summary>
    public IQueryable<CountedBallot> Of(long roundId)
    {
        // Before the first of a million sorted ballots comes, a small or busy machine may take longer than commands usually may.
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        return context.Database.SqlQueryRaw<CountedBallot>(Sql("{0}"), roundId);
    }

    /// <summary>The ballots in the order of their commitments.</summary>
    public IAsyncEnumerable<CountedBallot> InOrderAsync(long roundId) => Of(roundId).OrderBy(ballot => ballot.Commitment).AsAsyncEnumerable();

    /// <summary>The commitments alone, in order.</summary>
    public IAsyncEnumerable<byte[]> CommitmentsAsync(long roundId) =>
        Of(roundId).OrderBy(ballot => ballot.Commitment).Select(ballot => ballot.Commitment).AsAsyncEnumerable();

    /// <summary>The commitments from one up to and including another, in order.</summary>
    public async Task<IReadOnlyList<byte[]>> CommitmentsBetweenAsync(long roundId, byte[] first, byte[] last, CancellationToken cancellation) =>
        await context.Database.SqlQueryRaw<byte[]>(Between, roundId, first, last).ToListAsync(cancellation);
}
