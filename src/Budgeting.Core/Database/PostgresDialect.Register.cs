using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Budgeting.Core.Database;

internal sealed partial class PostgresDialect
{
    public override async Task StageRegisterAsync(BudgetingContext context, IAsyncEnumerable<RegisterRow> rows, CancellationToken cancellation)
    {
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS pg_temp.register_rows", cancellation);
        await context.Database.ExecuteSqlRawAsync(CreateRegisterRows("bytea"), cancellation);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY pg_temp.register_rows (line, identifier, birth_year, of_age, region_id, language, is_protected, contact, has_email, has_phone) FROM STDIN (FORMAT BINARY)", cancellation))
        {
            await foreach (var row in rows.WithCancellation(cancellation))
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(row.Line, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(row.Identifier, NpgsqlDbType.Bytea, cancellation);
                if (row.BirthYear is { } year)
                    await copy.WriteAsync(year, NpgsqlDbType.Integer, cancellation);
                else
                    await copy.WriteNullAsync(cancellation);
                await copy.WriteAsync(row.OfAge, NpgsqlDbType.Boolean, cancellation);
                await copy.WriteAsync(row.RegionId, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(row.Language, NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(row.IsProtected, NpgsqlDbType.Boolean, cancellation);
                if (row.Contact is { } contact)
                    await copy.WriteAsync(contact, NpgsqlDbType.Bytea, cancellation);
                else
                    await copy.WriteNullAsync(cancellation);
                await copy.WriteAsync(row.HasEmail, NpgsqlDbType.Boolean, cancellation);
                await copy.WriteAsync(row.HasPhone, NpgsqlDbType.Boolean, cancellation);
            }
            await copy.CompleteAsync(cancellation);
        }
        await context.Database.ExecuteSqlRawAsync("CREATE INDEX register_rows_identifier ON pg_temp.register_rows (identifier)", cancellation);
        await context.Database.ExecuteSqlRawAsync("ANALYZE pg_temp.register_rows", cancellation);
    }

    // What another server is counting or deleting at this moment is passed over: two deletes must not wait for each other in a circle.
    public override Task PurgeAttemptsAsync(BudgetingContext context, long now, CancellationToken cancellation) =>
        context.Database.ExecuteSqlAsync(
            $"DELETE FROM attempts WHERE subject IN (SELECT subject FROM attempts WHERE window_ends <= {now} FOR UPDATE SKIP LOCKED)", cancellation);
}
