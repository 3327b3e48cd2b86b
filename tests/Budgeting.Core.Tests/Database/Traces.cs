using System.Data;
using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Budgeting.Core.Tests;

/// <summary>What a database's files hold besides its rows, and readers who have what they read kept for them.</summary>
internal static class Traces
{
    /// <summary>Whether the files in which round secrets lie hold a text, be it in deleted rows.</summary>
    public static async Task<bool> HoldAsync(TestDatabase database, string text)
    {
        if (database.Kind == DatabaseKind.PostgreSql)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await ExecuteAsync(connection, "CHECKPOINT");
            await using var command = new NpgsqlCommand("SELECT position($1::bytea IN pg_read_binary_file(pg_relation_filepath('round_secrets')))", connection);
            command.Parameters.Add(new() { Value = Encoding.ASCII.GetBytes(text) });
            return (int)(await command.ExecuteScalarAsync())! > 0;
        }
        var file = new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        return new[] { "", "-wal" }.Select(ending => file + ending).Where(File.Exists).Any(path =>
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
        });
    }

    /// <summary>Begins to read a table and keeps the snapshot until disposed of, as a backup or a slow download does.</summary>
    public static async Task<Reader> ReadAsync(TestDatabase database, string table)
    {
        DbConnection connection = database.Kind == DatabaseKind.Sqlite ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var transaction = connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        var reader = new Reader(connection, transaction);
        await reader.CountAsync(table);
        return reader;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>An open transaction that reads.</summary>
internal sealed class Reader(DbConnection connection, DbTransaction transaction) : IAsyncDisposable
{
    /// <summary>The rows of a table as they were when the reading began.</summary>
    public async Task<long> CountAsync(string table)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
