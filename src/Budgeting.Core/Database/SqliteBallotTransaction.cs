using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Budgeting.Core.Database;

/// <summary>An immediate transaction: SQLite lets one write at a time, so it needs no lock beside.</summary>
internal sealed class SqliteBallotTransaction : BallotTransaction
{
    private readonly IDbContextTransaction _transaction;
    private readonly long _roundId;

    private SqliteBallotTransaction(IDbContextTransaction transaction, long roundId, Schedule? schedule, bool closed)
        : base(databaseNow: null, schedule, closed) => (_transaction, _roundId) = (transaction, roundId);

    public static async Task<BallotTransaction> BeginAsync(BudgetingContext context, long roundId, CancellationToken cancellation)
    {
        var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        return new SqliteBallotTransaction(transaction, roundId, round?.Schedule, round?.BallotsAtClosing is not null);
    }

    public override async Task<IReadOnlySet<string>> CommitAsync(BallotWrites writes, CancellationToken cancellation)
    {
        HashSet<string> written = [];
        if (writes.Stored.Count > 0)
            await StoreAsync(writes.Stored, written, cancellation);
        if (writes.Withdrawn.Count > 0)
            await TakeOutAsync("choices IS NOT NULL", writes.Withdrawn, written, cancellation);
        if (writes.TakenBack.Count > 0)
            await TakeOutAsync("choices IS NULL", writes.TakenBack, written, cancellation);
        await _transaction.CommitAsync(cancellation);
        return written;
    }

    public override ValueTask DisposeAsync() => _transaction.DisposeAsync();

    private async Task StoreAsync(List<BallotRow> ballots, HashSet<string> written, CancellationToken cancellation)
    {
        await using var command = Command("""
            INSERT INTO ballots (round_id, voter_key, choices, band, nonce, commitment, attempt)
            SELECT $round, $voter, $choices, $band, $nonce, $commitment, $attempt
            WHERE NOT EXISTS (SELECT 1 FROM spent_ballots WHERE round_id = $round AND attempt = $attempt)
            ON CONFLICT (round_id, voter_key) DO UPDATE SET
                choices = excluded.choices, band = excluded.band, nonce = excluded.nonce, commitment = excluded.commitment, attempt = excluded.attempt
            WHERE ballots.choices IS NOT NULL AND excluded.choices IS NOT NULL
                AND (ballots.attempt <> excluded.attempt OR ballots.choices <> excluded.choices)
            """);
        var voter = command.Parameters.Add("$voter", SqliteType.Blob);
        var choices = command.Parameters.Add("$choices", SqliteType.Text);
        var band = command.Parameters.Add("$band", SqliteType.Text);
        var nonce = command.Parameters.Add("$nonce", SqliteType.Blob);
        var commitment = command.Parameters.Add("$commitment", SqliteType.Blob);
        var attempt = command.Parameters.Add("$attempt", SqliteType.Text);
        foreach (var ballot in ballots)
        {
            voter.Value = Convert.FromHexString(ballot.VoterKey);
            choices.Value = ballot.Cast?.Choices ?? (object)DBNull.Value;
            band.Value = ballot.Band ?? (object)DBNull.Value;
            nonce.Value = ballot.Cast?.Nonce ?? (object)DBNull.Value;
            commitment.Value = ballot.Cast?.Commitment ?? (object)DBNull.Value;
            attempt.Value = ballot.Attempt;
            if (await command.ExecuteNonQueryAsync(cancellation) > 0)
                written.Add(ballot.VoterKey);
        }
    }

    private async Task TakeOutAsync(string which, List<string> voters, HashSet<string> written, CancellationToken cancellation)
    {
        await using var command = Command($"DELETE FROM ballots WHERE round_id = $round AND voter_key = $voter AND {which}");
        var voter = command.Parameters.Add("$voter", SqliteType.Blob);
        foreach (var key in voters)
        {
            voter.Value = Convert.FromHexString(key);
            if (await command.ExecuteNonQueryAsync(cancellation) > 0)
                written.Add(key);
        }
    }

    private SqliteCommand Command(string sql)
    {
        var transaction = (SqliteTransaction)_transaction.GetDbTransaction();
        var command = transaction.Connection!.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.Parameters.AddWithValue("$round", _roundId);
        return command;
    }
}
