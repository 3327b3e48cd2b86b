using System.Text.Json;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Database;

/// <summary>SQLite: one file. Its transactions begin immediate, so that writers stand in line and named locks are not needed.</summary>
internal sealed partial class SqliteDialect : DatabaseDialect
{
    /// <summary>What follows the database's name in that of the file which whoever migrates it holds.</summary>
    public const string MigrationLock = "-migration";

    /// <summary>Seconds that a process waits for another to migrate.</summary>
    private const int MigrationPatience = 60;

    public override string Provider => "Sqlite";

    public const string DefaultFile = "Data Source=data/budgeting.db";

    public override string DefaultConnectionString => DefaultFile;

    public override void Configure(DbContextOptionsBuilder options, string connectionString) =>
        options.UseSqlite(
            new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true }.ConnectionString,
            sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SingleQuery));

    public override string Place(string? connectionString) => Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);

    public override async Task PrepareAsync(BudgetingContext context, CancellationToken cancellation)
    {
        var source = new SqliteConnectionStringBuilder(context.Database.GetConnectionString()).DataSource;
        if (Path.GetDirectoryName(Path.GetFullPath(source)) is { } folder)
            Directory.CreateDirectory(folder);
        // Readers do not wait for the writer; a commit is still on the disk before anybody is thanked (synchronous stays FULL).
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
    }

    // The lock of Entity Framework is a row, which a process that is killed leaves behind and others then wait for without end. A lock on a file ends
    // with its process: who has that is the only one to migrate, and a row that is there is a dead one's. The file stays, for others may have it open.
    public override async Task MigrateAsync(BudgetingContext context, ILogger log, CancellationToken cancellation)
    {
        await using var alone = await LockFileAsync(Place(context.Database.GetConnectionString()) + MigrationLock, log, cancellation);
        if (await context.Database.SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM sqlite_master WHERE name = '__EFMigrationsLock'").SingleAsync(cancellation) > 0)
            await context.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", cancellation);
        await context.Database.MigrateAsync(cancellation);
    }

    private static async Task<FileStream> LockFileAsync(string path, ILogger log, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException fault) when (File.Exists(path))
            {
                if (attempt == 0)
                    WaitingToMigrate(log, path);
                if (attempt == MigrationPatience)
                    throw new DatabaseUnavailableException($"Another process has been upgrading the database for {MigrationPatience} seconds: it holds the file {path}.", fault);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Another process upgrades the database and holds the file {Path}; waiting for it")]
    private static partial void WaitingToMigrate(ILogger log, string path);

    public override Task LockAsync(BudgetingContext context, string name, CancellationToken cancellation) => Task.CompletedTask;

    public override Task LockSharedAsync(BudgetingContext context, string name, CancellationToken cancellation) => Task.CompletedTask;

    public override Task<DateTimeOffset?> ReadClockAsync(BudgetingContext context, CancellationToken cancellation) =>
        Task.FromResult<DateTimeOffset?>(null);

    public override Task DeleteThoroughlyAsync(BudgetingContext context, CancellationToken cancellation) =>
        context.Database.ExecuteSqlRawAsync("PRAGMA secure_delete = ON", cancellation);

    // The write-ahead log still holds the pages as they were before. It can be emptied only between the readers.
    public override async Task<bool> ClearRoundSecretsAsync(BudgetingContext context, CancellationToken cancellation)
    {
        await context.Database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = Command(context, "PRAGMA wal_checkpoint(TRUNCATE)");
            return await command.ExecuteScalarAsync(cancellation) is 0L;
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    public override async Task<IReadOnlyList<BallotRow>> ReadBallotsAsync(
        BudgetingContext context, long roundId, IReadOnlyCollection<string> voterKeys, CancellationToken cancellation)
    {
        await using var command = Command(context,
            "SELECT voter_key, choices, band, nonce, commitment, attempt FROM ballots WHERE round_id = $round AND voter_key = $voter");
        command.Parameters.AddWithValue("$round", roundId);
        var voter = command.Parameters.Add("$voter", SqliteType.Blob);
        List<BallotRow> found = [];
        await context.Database.OpenConnectionAsync(cancellation);
        try
        {
            foreach (var key in voterKeys)
            {
                voter.Value = Convert.FromHexString(key);
                await using var reader = await command.ExecuteReaderAsync(cancellation);
                if (await reader.ReadAsync(cancellation))
                    found.Add(ReadBallot(reader));
            }
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
        return found;
    }

    // The table in which SQLite itself keeps the numbers it has given; it has no row before the first account.
    public override async Task<long> ReserveAccountIdAsync(BudgetingContext context, CancellationToken cancellation)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var next = await context.Database.SqlQuery<long>($"UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'accounts' RETURNING seq AS \"Value\"").ToListAsync(cancellation);
        if (next.Count == 0)
            next = await context.Database.SqlQuery<long>($"INSERT INTO sqlite_sequence (name, seq) VALUES ('accounts', 1) RETURNING seq AS \"Value\"").ToListAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return next[0];
    }

    public override int BallotTransactions => 1;

    // What closing takes off ballots is to be nowhere in the file: no page may keep a copy of what went to another when the table grew.
    public override async Task<BallotTransaction> BeginBallotsAsync(BudgetingContext context, long roundId, CancellationToken cancellation)
    {
        await context.Database.OpenConnectionAsync(cancellation);
        await DeleteThoroughlyAsync(context, cancellation);
        return await SqliteBallotTransaction.BeginAsync(context, roundId, cancellation);
    }

    // Busy, locked, or the disk is full: codes 5, 6 and 13.
    public override bool IsOutage(Exception fault) => fault is TimeoutException or SqliteException { SqliteErrorCode: 5 or 6 or 13 };

    public override async Task PublishBallotsAsync(
        BudgetingContext context, long roundId, byte[] seed, IReadOnlyList<string> suppressedBands, CancellationToken cancellation)
    {
        await using var command = Command(context, $"""
            INSERT INTO published_ballots (round_id, shuffle_key, choices, band)
            SELECT $round, shuffle_key(number) AS shuffle_key, choices, band
            FROM (
                SELECT choices, band, row_number() OVER (ORDER BY choices, coalesce(band, '')) AS number
                FROM (
                    SELECT "Choices" AS choices, CASE WHEN "Band" IN (SELECT value FROM json_each($suppressed)) THEN NULL ELSE "Band" END AS band
                    FROM ({CountedBallots.Sql("$round")}) AS counted
                ) AS shown
            ) AS numbered
            ORDER BY 2
            """);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$round", roundId);
        command.Parameters.AddWithValue("$suppressed", JsonSerializer.Serialize(suppressedBands));
        // SQLite has no SHA-256 of its own.
        command.Connection!.CreateFunction("shuffle_key", (long number) => BallotPublication.ShuffleKey(seed, number), isDeterministic: true);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static SqliteCommand Command(BudgetingContext context, string sql)
    {
        var command = (SqliteCommand)context.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = (SqliteTransaction?)context.Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }
}
