using System.Data.Common;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Budgeting.Core.Database;

/// <summary>PostgreSQL: any number of web servers. Named locks are advisory locks that end with the transaction.</summary>
internal sealed partial class PostgresDialect : DatabaseDialect
{
    public override string Provider => "PostgreSQL";

    public override string DefaultConnectionString =>
        throw new DatabaseUnavailableException("Database:Provider is PostgreSQL, so Database:ConnectionString must say where it is.");

    public override void Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseNpgsql(Tuned(connectionString), postgres => postgres.UseQuerySplittingBehavior(QuerySplittingBehavior.SingleQuery));

    // Locks end with their transaction and the one temporary table is dropped by whoever made it, so that a connection need not be wiped between two
    // users of the pool, which cost more than most of our queries; and a query is planned once a connection. Whoever sets either is obeyed.
    private static string Tuned(string connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        bool IsSet(string name) => given.Keys.Cast<string>().Any(key => key.Replace(" ", "", StringComparison.Ordinal).Equals(name, StringComparison.OrdinalIgnoreCase));
        var tuned = new NpgsqlConnectionStringBuilder(connectionString);
        if (!IsSet(nameof(tuned.NoResetOnClose)))
            tuned.NoResetOnClose = true;
        if (!IsSet(nameof(tuned.MaxAutoPrepare)))
            tuned.MaxAutoPrepare = 200;
        return tuned.ConnectionString;
    }

    public override string Place(string? connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) switch { var place => $"{place.Host}:{place.Port}/{place.Database}" };

    public override Task PrepareAsync(BudgetingContext context, CancellationToken cancellation) => Task.CompletedTask;

    // Its lock ends with the connection of whoever holds it.
    public override Task MigrateAsync(BudgetingContext context, ILogger log, CancellationToken cancellation) => context.Database.MigrateAsync(cancellation);

    public override Task LockAsync(BudgetingContext context, string name, CancellationToken cancellation) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellation);

    public override Task LockSharedAsync(BudgetingContext context, string name, CancellationToken cancellation) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared(hashtextextended({name}, 0))", cancellation);

    public override async Task<DateTimeOffset?> ReadClockAsync(BudgetingContext context, CancellationToken cancellation) =>
        await context.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancellation);

    public override Task DeleteThoroughlyAsync(BudgetingContext context, CancellationToken cancellation) => Task.CompletedTask;

    // Puts the rows that live into a new, empty file. VACUUM (FULL) would take the dead ones along as long as any old snapshot in the database is held, by
    // whoever downloads a record, say. Who waited for the lock would have everybody who votes in other rounds wait behind, so it does not wait. A backup that
    // has just begun would find the table empty if it has its snapshot and not yet its locks; what shows it is that it holds the catalogue.
    public override async Task<bool> ClearRoundSecretsAsync(BudgetingContext context, CancellationToken cancellation)
    {
        await context.Database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = Command(context, """
                DO $$
                DECLARE
                    live round_secrets[];
                BEGIN
                    LOCK TABLE round_secrets IN ACCESS EXCLUSIVE MODE NOWAIT;
                    SELECT array_agg(secret) INTO live FROM round_secrets AS secret;
                    IF live IS NOT NULL AND EXISTS (
                        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                        WHERE datname = current_database() AND relation = 'pg_class'::regclass AND pid <> pg_backend_pid()) THEN
                        RAISE lock_not_available;
                    END IF;
                    TRUNCATE round_secrets;
                    INSERT INTO round_secrets SELECT * FROM unnest(live);
                END $$
                """);
            await command.ExecuteNonQueryAsync(cancellation);
            return true;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    public override async Task<IReadOnlyList<BallotRow>> ReadBallotsAsync(
        BudgetingContext context, long roundId, IReadOnlyCollection<string> voterKeys, CancellationToken cancellation)
    {
        await context.Database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = Command(context,
                "SELECT voter_key, choices, band, nonce, commitment, attempt FROM ballots WHERE round_id = $1 AND voter_key = ANY ($2)");
            command.Parameters.Add(new() { Value = roundId });
            command.Parameters.Add(new() { Value = voterKeys.Select(Convert.FromHexString).ToArray() });
            List<BallotRow> found = [];
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                found.Add(ReadBallot(reader));
            return found;
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    public override Task<long> ReserveAccountIdAsync(BudgetingContext context, CancellationToken cancellation) =>
        context.Database.SqlQuery<long>($"SELECT nextval(pg_get_serial_sequence('accounts', 'id')) AS \"Value\"").SingleAsync(cancellation);

    // While the server writes one, the process prepares the next.
    public override int BallotTransactions => 2;

    public override Task<BallotTransaction> BeginBallotsAsync(BudgetingContext context, long roundId, CancellationToken cancellation) =>
        PostgresBallotTransaction.BeginAsync((NpgsqlConnection)context.Database.GetDbConnection(), roundId, cancellation);

    public override bool IsOutage(Exception fault) =>
        fault is TimeoutException
        || (fault is DbException { IsTransient: true } and not PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure });

    public override async Task PublishBallotsAsync(
        BudgetingContext context, long roundId, byte[] seed, IReadOnlyList<string> suppressedBands, CancellationToken cancellation)
    {
        await using var command = Command(context, $"""
            INSERT INTO published_ballots (round_id, shuffle_key, choices, band)
            SELECT $1, substring(sha256($2 || int8send(number)) FROM 1 FOR 16) AS shuffle_key, choices, band
            FROM (
                SELECT choices, band, row_number() OVER (ORDER BY choices COLLATE "C", coalesce(band, '') COLLATE "C") AS number
                FROM (
                    SELECT "Choices" AS choices, CASE WHEN "Band" = ANY ($3) THEN NULL ELSE "Band" END AS band
                    FROM ({CountedBallots.Sql("$1")}) AS counted
                ) AS shown
            ) AS numbered
            ORDER BY shuffle_key
            """);
        // A million ballots take a while to sort on a small machine.
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = roundId });
        command.Parameters.Add(new() { Value = seed });
        command.Parameters.Add(new() { Value = suppressedBands.ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlCommand Command(BudgetingContext context, string sql)
    {
        var command = (NpgsqlCommand)context.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = (NpgsqlTransaction?)context.Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }
}
