using System.Data.Common;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Database;

/// <summary>What differs between the databases the platform runs on.</summary>
internal abstract partial class DatabaseDialect
{
    public abstract string Provider { get; }

    /// <summary>Used when none is configured.</summary>
    /// <exception cref="DatabaseUnavailableException">This database needs one.</exception>
    public abstract string DefaultConnectionString { get; }

    /// <summary>Chooses the database for a context.</summary>
    public abstract void Configure(DbContextOptionsBuilder options, string connectionString);

    /// <summary>Where a connection string leads, without the password.</summary>
    public abstract string Place(string? connectionString);

    /// <summary>Brings a new database into the mode the platform needs. Called once a start, before migrations.</summary>
    public abstract Task PrepareAsync(BudgetingContext context, CancellationToken cancellation);

    /// <summary>Brings the tables up to date. Of many processes that do it at once, one does and the others wait, not for ever.</summary>
    /// <exception cref="DatabaseUnavailableException">Another process has been at it for too long.</exception>
    public abstract Task MigrateAsync(BudgetingContext context, ILogger log, CancellationToken cancellation);

    /// <summary>Holds a named lock until the transaction ends; others who ask for the same name wait.</summary>
    public abstract Task LockAsync(BudgetingContext context, string name, CancellationToken cancellation);

    /// <summary>As <see cref="LockAsync"/>, but any number may hold it together while nobody holds it alone.</summary>
    public abstract Task LockSharedAsync(BudgetingContext context, string name, CancellationToken cancellation);

    /// <summary>The database server's clock at this very moment (not at the transaction's start); null when it has none.</summary>
    public abstract Task<DateTimeOffset?> ReadClockAsync(BudgetingContext context, CancellationToken cancellation);

    /// <summary>Makes rows deleted from now on in this transaction leave as little behind in the database's files as it can.</summary>
    public abstract Task DeleteThoroughlyAsync(BudgetingContext context, CancellationToken cancellation);

    /// <summary>Clears away what deleted round secrets left in the database's files. Outside of any transaction; waits for nobody.</summary>
    /// <returns>Whether they are gone; not while somebody reads who could still need them.</returns>
    public abstract Task<bool> ClearRoundSecretsAsync(BudgetingContext context, CancellationToken cancellation);

    /// <summary>Of the given voters, those with a ballot in the box.</summary>
    public abstract Task<IReadOnlyList<BallotRow>> ReadBallotsAsync(
        BudgetingContext context, long roundId, IReadOnlyCollection<string> voterKeys, CancellationToken cancellation);

    /// <summary>Takes the next number of an account, which no other account will have.</summary>
    public abstract Task<long> ReserveAccountIdAsync(BudgetingContext context, CancellationToken cancellation);

    /// <summary>How many transactions of the ballot box one process may have underway.</summary>
    public abstract int BallotTransactions { get; }

    /// <summary>Begins a transaction that writes ballots of a round, under the lock that closing takes alone.</summary>
    public abstract Task<BallotTransaction> BeginBallotsAsync(BudgetingContext context, long roundId, CancellationToken cancellation);

    /// <summary>
    /// Fills the published ballots of a round from those counted, in one statement: contents in order, numbered, under their
    /// <see cref="Verification.BallotPublication.ShuffleKey"/>, without the bands that are suppressed.
    /// </summary>
    public abstract Task PublishBallotsAsync(
        BudgetingContext context, long roundId, byte[] seed, IReadOnlyList<string> suppressedBands, CancellationToken cancellation);

    /// <summary>
    /// Whether a failure is the database's being away, full or held, so that trying again at once meets the same. False for what another
    /// transaction or a single row may have caused.
    /// </summary>
    public abstract bool IsOutage(Exception fault);

    /// <summary>A ballot from a row of voter key, choices, band, nonce, commitment and attempt.</summary>
    internal static BallotRow ReadBallot(DbDataReader row) => new(
        Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0)),
        row.IsDBNull(1) ? null : new(row.GetString(1), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.GetGuid(5));

    /// <summary>The databases that can be chosen with <c>Database:Provider</c>.</summary>
    public static readonly IReadOnlyList<DatabaseDialect> All = [new SqliteDialect(), new PostgresDialect()];
}
