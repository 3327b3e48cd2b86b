using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Voting;

public sealed class SecrecyTests
{
    [Theory, EachDatabase]
    public async Task After_closing_nothing_in_the_database_joins_a_ballot_to_its_voter(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var marked = await world.PersonAsync("marked-voter-7731", world.TownId);
        var voter = await world.AdmitAsync(marked, roundId);
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        Assert.True((await world.CastAsync(sheet, voter, 2, 3)).Granted);
        foreach (var other in await world.AdmitManyAsync(roundId, 50))
            Assert.True((await world.CastAsync(sheet, other, 1)).Granted);

        // What an insider could have had while voting was open: the secret, and with it the key of anybody's ballot.
        var stored = await world.Sql(context => context.RoundSecrets.Select(secret => secret.Protected).SingleAsync());
        var secret = await world.Do<IDataProtectionProvider, byte[]>(protection =>
            Task.FromResult(protection.CreateProtector("Budgeting.RoundSecret").Unprotect(Convert.FromBase64String(stored))));
        Assert.Equal(voter.Key, Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"account {marked.AccountId}"))));
        Assert.Contains(await DumpAsync(world), row => row.Contains(stored));

        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);

        var rows = await DumpAsync(world);
        Assert.DoesNotContain(rows, row => row.Contains(stored) || row.Contains(Convert.ToBase64String(secret)) || row.Contains(Convert.ToHexStringLower(secret)));
        // The key is there, and in no row with it anything of the person or of another table's numbering.
        var withKey = rows.Where(row => row.Contains(voter.Key, StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.StartsWith("ballots", Assert.Single(withKey));
        Assert.DoesNotContain("7731", withKey[0]);
        foreach (var column in await ColumnsAsync(world, "ballots"))
            Assert.Contains(column, new[] { "round_id", "voter_key", "choices", "band", "nonce", "commitment", "attempt" });
        if (kind == DatabaseKind.Sqlite)
        {
            // Nor do the freed pages of the file and its log keep the secret.
            var file = new SqliteConnectionStringBuilder(world.Database.ConnectionString).DataSource;
            foreach (var path in new[] { file, file + "-wal" }.Where(File.Exists))
            {
                await using var bytes = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var content = new byte[bytes.Length];
                await bytes.ReadExactlyAsync(content);
                Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(stored)));
                Assert.Equal(-1, content.AsSpan().IndexOf(secret));
            }
        }
    }

    [Theory, EachDatabase]
    public async Task With_a_certificate_the_keys_in_the_database_are_of_no_use_alone(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var file = Path.Combine(Path.GetTempPath(), $"budgeting-test-{Guid.NewGuid():n}.pfx");
        using (var key = RSA.Create(2048))
        {
            using var certificate = new CertificateRequest("CN=budgeting", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
            await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12, "word"));
        }
        try
        {
            KeyValuePair<string, string?>[] settings = [new("DataProtection:CertificateFile", file), new("DataProtection:CertificatePassword", "word")];
            await using var server = world.AnotherServer(settings);
            var sealedBy = server.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("round secret");

            var ring = await world.Sql(context => context.DataProtectionKeys.Select(key => key.Xml).ToListAsync());
            Assert.All(ring, xml => Assert.DoesNotContain("<masterKey", xml));
            await using var another = world.AnotherServer(settings);
            Assert.Equal("round secret", another.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(sealedBy));
            await using var without = world.AnotherServer();
            Assert.ThrowsAny<CryptographicException>(() => without.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(sealedBy));
            Assert.Throws<InvalidOperationException>(() => world.AnotherServer(settings[0], new("DataProtection:CertificatePassword", "wrong")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Every row of every table as text, binary columns in hexadecimal digits, each with its table's name before it.</summary>
    private static Task<List<string>> DumpAsync(World world) => world.Sql(async context =>
    {
        List<string> rows = [];
        foreach (var table in await TablesAsync(context))
        {
            await context.Database.OpenConnectionAsync();
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add(table + ' ' + string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i =>
                    reader.GetValue(i) is byte[] bytes ? Convert.ToHexStringLower(bytes) : reader.GetValue(i).ToString())));
            }
        }
        return rows;
    });

    private static Task<List<string>> TablesAsync(BudgetingContext context) => context.Database.SqlQueryRaw<string>(context.Database.IsNpgsql()
        ? "SELECT table_name::text AS \"Value\" FROM information_schema.tables WHERE table_schema = 'public'"
        : "SELECT name AS \"Value\" FROM sqlite_master WHERE type = 'table'").ToListAsync();

    private static Task<List<string>> ColumnsAsync(World world, string table) => world.Sql(context => context.Database.SqlQueryRaw<string>(context.Database.IsNpgsql()
        ? "SELECT column_name::text AS \"Value\" FROM information_schema.columns WHERE table_name = {0}"
        : "SELECT name AS \"Value\" FROM pragma_table_info({0})", table).ToListAsync());
}
