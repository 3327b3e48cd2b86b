namespace Budgeting.Core.Database;

/// <summary>Where the time of a transaction comes from.</summary>
public enum ClockSource
{
    /// <summary>The database server's clock, the same for all web servers. SQLite has none, so there it is the process's.</summary>
    Database,

    /// <summary>The process's <see cref="TimeProvider"/>: for content laid down in the past and for tests that travel in time.</summary>
    Application,
}

/// <summary>The one clock by which writes are allowed or refused.</summary>
internal sealed class DatabaseClock(DatabaseDialect dialect, TimeProvider time, ClockSource source)
{
    public async Task<DateTimeOffset> NowAsync(BudgetingContext context, CancellationToken cancellation) =>
        Choose(source == ClockSource.Database ? await dialect.ReadClockAsync(context, cancellation) : null);

    /// <summary>The time that counts, where the database server's own has been read already.</summary>
    public DateTimeOffset Choose(DateTimeOffset? read) => source == ClockSource.Database && read is { } now ? now : time.GetUtcNow();
}
