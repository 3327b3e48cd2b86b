using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Database;

internal sealed partial class SqliteDialect
{
    public override async Task StageRegisterAsync(BudgetingContext context, IAsyncEnumerable<RegisterRow> rows, CancellationToken cancellation)
    {
        // The connection may have served an earlier import: pooled ones keep their temporary tables.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS temp.register_rows", cancellation);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        // Deferred: it writes to the connection's temporary file only, and never takes the lock that ballots are written under.
        await using var transaction = connection.BeginTransaction(deferred: true);
        await using var create = new SqliteCommand(CreateRegisterRows("blob"), connection, transaction);
        await create.ExecuteNonQueryAsync(cancellation);
        await using var insert = new SqliteCommand("""
            INSERT INTO temp.register_rows (line, identifier, birth_year, of_age, region_id, language, is_protected, contact, has_email, has_phone)
            VALUES ($line, $identifier, $year, $age, $region, $language, $protected, $contact, $email, $phone)
            """, connection, transaction);
        var line = insert.Parameters.Add("$line", SqliteType.Integer);
        var identifier = insert.Parameters.Add("$identifier", SqliteType.Blob);
        var year = insert.Parameters.Add("$year", SqliteType.Integer);
        var age = insert.Parameters.Add("$age", SqliteType.Integer);
        var region = insert.Parameters.Add("$region", SqliteType.Integer);
        var language = insert.Parameters.Add("$language", SqliteType.Text);
        var isProtected = insert.Parameters.Add("$protected", SqliteType.Integer);
        var contact = insert.Parameters.Add("$contact", SqliteType.Blob);
        var email = insert.Parameters.Add("$email", SqliteType.Integer);
        var phone = insert.Parameters.Add("$phone", SqliteType.Integer);
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            line.Value = row.Line;
            identifier.Value = row.Identifier;
            year.Value = row.BirthYear ?? (object)DBNull.Value;
            age.Value = row.OfAge;
            region.Value = row.RegionId;
            language.Value = row.Language;
            isProtected.Value = row.IsProtected;
            contact.Value = row.Contact ?? (object)DBNull.Value;
            email.Value = row.HasEmail;
            phone.Value = row.HasPhone;
            await insert.ExecuteNonQueryAsync(cancellation);
        }
        await using var index = new SqliteCommand("CREATE INDEX temp.register_rows_identifier ON register_rows (identifier)", connection, transaction);
        await index.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public override Task PurgeAttemptsAsync(BudgetingContext context, long now, CancellationToken cancellation) =>
        context.Database.ExecuteSqlAsync($"DELETE FROM attempts WHERE window_ends <= {now}", cancellation);
}
