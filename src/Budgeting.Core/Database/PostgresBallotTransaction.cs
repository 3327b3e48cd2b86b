using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Npgsql;

namespace Budgeting.Core.Database;

/// <summary>Two round trips a transaction: one that locks and reads, one that writes and commits.</summary>
internal sealed class PostgresBallotTransaction : BallotTransaction
{
    private readonly NpgsqlConnection _connection;
    private readonly long _roundId;
    private bool _ended;

    private PostgresBallotTransaction(NpgsqlConnection connection, long roundId, DateTimeOffset? now, Schedule? schedule, bool closed)
        : base(now, schedule, closed) => (_connection, _roundId) = (connection, roundId);

    public static async Task<BallotTransaction> BeginAsync(NpgsqlConnection connection, long roundId, CancellationToken cancellation)
    {
        await connection.OpenAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, "BEGIN");
        Add(batch, "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", BallotClosing.BallotLock(roundId));
        // Each statement has a snapshot of its own, so these see what closing has committed while the lock was waited for.
        Add(batch, "SELECT clock_timestamp(), ballots_at_closing IS NOT NULL FROM rounds WHERE id = $1", roundId);
        Add(batch, "SELECT phase, starts_at FROM round_phases WHERE round_id = $1", roundId);
        await batch.PrepareAsync(cancellation);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return new PostgresBallotTransaction(connection, roundId, now: null, schedule: null, closed: false);
        var (now, closed) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetBoolean(1));
        await reader.NextResultAsync(cancellation);
        List<PhaseStart> starts = [];
        while (await reader.ReadAsync(cancellation))
            starts.Add(new(Enum.Parse<Phase>(reader.GetString(0)), reader.GetFieldValue<DateTimeOffset>(1)));
        return new PostgresBallotTransaction(connection, roundId, now, Schedule.Stored(starts), closed);
    }

    public override async Task<IReadOnlySet<string>> CommitAsync(BallotWrites writes, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(_connection);
        var undoes = -1;
        if (writes.Stored.Count > 0)
        {
            // Rows are written in the order of their keys, so that two servers writing the same voters cannot wait for each other in a circle.
            var rows = writes.Stored.OrderBy(ballot => ballot.VoterKey, StringComparer.Ordinal).ToList();
            var keys = Keys(rows.Select(ballot => ballot.VoterKey));
            var attempts = rows.Select(ballot => ballot.Attempt).ToArray();
            Add(batch, """
                INSERT INTO ballots (round_id, voter_key, choices, band, nonce, commitment, attempt)
                SELECT $1, row.voter_key, row.choices, row.band, row.nonce, row.commitment, row.attempt
                FROM unnest($2::bytea[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::uuid[])
                    AS row (voter_key, choices, band, nonce, commitment, attempt)
                WHERE NOT EXISTS (SELECT 1 FROM spent_ballots AS spent WHERE spent.round_id = $1 AND spent.attempt = row.attempt)
                ON CONFLICT (round_id, voter_key) DO UPDATE SET
                    choices = excluded.choices, band = excluded.band, nonce = excluded.nonce, commitment = excluded.commitment, attempt = excluded.attempt
                WHERE ballots.choices IS NOT NULL AND excluded.choices IS NOT NULL
                    AND (ballots.attempt <> excluded.attempt OR ballots.choices <> excluded.choices)
                RETURNING voter_key
                """,
                _roundId,
                keys,
                rows.Select(ballot => ballot.Cast?.Choices).ToArray(),
                rows.Select(ballot => ballot.Band).ToArray(),
                rows.Select(ballot => ballot.Cast?.Nonce).ToArray(),
                rows.Select(ballot => ballot.Cast?.Commitment).ToArray(),
                attempts);
            // A row that was being withdrawn elsewhere has been waited for, and then is no row any more: its act, sent again, has been stored anew.
            // Only a statement of its own sees that the act was spent meanwhile. There are next to none, which a look by the act's name finds out.
            undoes = batch.BatchCommands.Count;
            Add(batch, """
                WITH again AS MATERIALIZED (
                    SELECT row.voter_key, row.attempt FROM unnest($2::bytea[], $3::uuid[]) AS row (voter_key, attempt)
                    WHERE EXISTS (SELECT 1 FROM spent_ballots AS spent WHERE spent.round_id = $1 AND spent.attempt = row.attempt))
                DELETE FROM ballots USING again
                WHERE ballots.round_id = $1 AND ballots.voter_key = again.voter_key AND ballots.attempt = again.attempt
                RETURNING ballots.voter_key
                """,
                _roundId,
                keys,
                attempts);
        }
        if (writes.Withdrawn.Count > 0)
            Add(batch, TakeOut("choices IS NOT NULL"), _roundId, Keys(writes.Withdrawn));
        if (writes.TakenBack.Count > 0)
            Add(batch, TakeOut("choices IS NULL"), _roundId, Keys(writes.TakenBack));
        Add(batch, "COMMIT");
        await batch.PrepareAsync(cancellation);
        HashSet<string> written = [];
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
        {
            for (var command = 0; command == 0 || await reader.NextResultAsync(cancellation); command++)
            {
                while (await reader.ReadAsync(cancellation))
                {
                    var voterKey = Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0));
                    if (command == undoes)
                        written.Remove(voterKey);
                    else
                        written.Add(voterKey);
                }
            }
        }
        _ended = true;
        return written;
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_ended && _connection.State == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand("ROLLBACK", _connection);
            await command.ExecuteNonQueryAsync();
        }
        await _connection.CloseAsync();
    }

    // In the order of keys, as they are written.
    private static string TakeOut(string which) => $"""
        WITH taken AS (SELECT voter_key FROM ballots WHERE round_id = $1 AND voter_key = ANY ($2) AND {which} ORDER BY voter_key FOR UPDATE)
        DELETE FROM ballots USING taken WHERE ballots.round_id = $1 AND ballots.voter_key = taken.voter_key RETURNING ballots.voter_key
        """;

    private static byte[][] Keys(IEnumerable<string> voterKeys) => [.. voterKeys.Select(Convert.FromHexString)];

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters)
            command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }
}
