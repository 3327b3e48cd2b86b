using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Budgeting.Core.Database;

/// <summary>Begins the transaction of one act, in line behind other acts on the same thing, and tells its instant.</summary>
internal sealed class UnitOfWork(BudgetingContext context, DatabaseDialect dialect, DatabaseClock clock)
{
    /// <summary>Begins a transaction that no other one with the same lock name runs beside, on any server.</summary>
    public async Task<IDbContextTransaction> BeginAsync(string lockName, CancellationToken cancellation)
    {
        var transaction = await context.Database.BeginTransactionAsync(cancellation);
        await dialect.LockAsync(context, lockName, cancellation);
        return transaction;
    }

    /// <summary>The database's time. After <see cref="BeginAsync"/> it is never earlier than that of an act that held the lock before.</summary>
    public Task<DateTimeOffset> NowAsync(CancellationToken cancellation) => clock.NowAsync(context, cancellation);

    /// <summary>The lock of a round: schedule, envelope, headings, answers, freezing, closing, publishing.</summary>
    public static string RoundLock(long roundId) => $"round {roundId}";
}
