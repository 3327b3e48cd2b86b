namespace Budgeting.Core.Database;

internal abstract partial class DatabaseDialect
{
    /// <summary>Makes the temporary table of rows to merge into a register.</summary>
    /// <param name="bytes">The database's own type of bytes: comparing others would do without the index.</param>
    protected static string CreateRegisterRows(string bytes) => $"""
        CREATE TEMPORARY TABLE register_rows (
            line bigint NOT NULL, identifier {bytes} NOT NULL, birth_year integer, of_age boolean NOT NULL,
            region_id bigint NOT NULL, language text NOT NULL, is_protected boolean NOT NULL,
            contact {bytes}, has_email boolean NOT NULL, has_phone boolean NOT NULL)
        """;

    /// <summary>
    /// Fills the temporary table <c>register_rows</c> of this connection, which is open. Outside of a transaction: rows come as fast as
    /// somebody sends them, and nothing waits for them.
    /// </summary>
    public abstract Task StageRegisterAsync(BudgetingContext context, IAsyncEnumerable<RegisterRow> rows, CancellationToken cancellation);

    /// <summary>Deletes counts of attempts whose window has ended.</summary>
    /// <param name="context">The database.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    /// <param name="cancellation">Stops.</param>
    public abstract Task PurgeAttemptsAsync(BudgetingContext context, long now, CancellationToken cancellation);
}

/// <summary>A row to merge into a register. Without a year of birth it is one that is in the file and has faults: its entry stays as it is.</summary>
internal readonly record struct RegisterRow(
    long Line, byte[] Identifier, int? BirthYear, bool OfAge, long RegionId, string Language, bool IsProtected, byte[]? Contact, bool HasEmail, bool HasPhone);
