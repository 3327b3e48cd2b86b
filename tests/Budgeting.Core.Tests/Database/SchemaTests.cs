using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Budgeting.Core.Tests.Database;

public sealed class SchemaTests
{
    [Theory, EachDatabase]
    public async Task The_migrated_schema_is_the_one_the_model_describes(DatabaseKind kind)
    {
        await using var migrated = await World.CreateAsync(kind);
        await using var created = await TestDatabase.CreateAsync(kind);
        var migratedSchema = await migrated.Sql(context => DescribeAsync(context, kind));
        var createdSchema = await migrated.Sql(async context =>
        {
            context.Database.SetConnectionString(created.ConnectionString);
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
            return await DescribeAsync(context, kind);
        });
        Assert.NotEmpty(createdSchema);
        Assert.Equal(createdSchema, migratedSchema);
    }

    private static async Task<IReadOnlyList<string>> DescribeAsync(BudgetingContext context, DatabaseKind kind)
    {
        // Columns with type and nullability, keys, checks and indexes; not the history table nor triggers, which the model does not know.
        var sql = kind == DatabaseKind.Sqlite
            ? """
              SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk AS "Value" FROM sqlite_master m, pragma_table_info(m.name) c
              WHERE m.type = 'table' AND m.name NOT LIKE '\_\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite%'
              UNION ALL SELECT m.name || ' -> ' || f."table" || ' ' || f."from" || ' ' || f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f
              WHERE m.type = 'table'
              UNION ALL SELECT m.sql FROM sqlite_master m WHERE m.type = 'index' AND m.sql IS NOT NULL
              ORDER BY 1
              """
            : """
              SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(character_maximum_length, 0) || ' ' || is_nullable || ' ' || is_identity AS "Value"
              FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_%'
              UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%EFMigrations%'
              UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_%'
              ORDER BY 1
              """;
        return await context.Database.SqlQueryRaw<string>(sql).ToListAsync();
    }
}
