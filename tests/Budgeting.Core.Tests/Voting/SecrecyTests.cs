using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Budgeting.Core.Database;
using Budgeting.Core.Rounds;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Voting;

public sealed partial class SecrecyTests
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
        Assert.DoesNotContain("marked-voter", withKey[0]);
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
    public async Task After_closing_no_band_leads_to_fewer_voters_than_may_be_published_and_no_receipt_suffers(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20, 30]);
        var bands = new string?[] { "age=18-29;district=x;channel=letter", "age=30-44;district=x;channel=letter", "age=45-64;district=x;channel=letter", null };
        int[] sizes = [3, 12, 40, 2];
        var voters = await world.AdmitManyAsync(roundId, sizes.Sum());
        List<string> receipts = [];
        foreach (var (voter, i) in voters.Select((voter, i) => (voter, i)))
        {
            var cell = Enumerable.Range(0, sizes.Length).First(cell => i < sizes[..(cell + 1)].Sum());
            receipts.Add((await world.CastAsync(sheet, voter with { Band = bands[cell] }, 1 + i % 3)).Value.Receipt);
        }
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        // Three are too few, and with the two that have none they still are: the smallest of the others joins them.
        var left = await world.Sql(context => context.Ballots.GroupBy(ballot => ballot.Band).Select(cell => new { Band = cell.Key, Ballots = cell.Count() }).ToListAsync());
        Assert.Equal([(null, 17), (bands[2], 40)], left.Select(cell => (cell.Band, cell.Ballots)).OrderBy(cell => cell.Ballots));
        Assert.Empty(await world.Sql(context => context.SpentBallots.ToListAsync()));
        foreach (var receipt in receipts)
            Assert.Equal(ReceiptStatus.Stored, await world.BallotBox.CheckReceiptAsync(roundId, receipt, default));
        var published = await world.Sql(context => context.Database.SqlQueryRaw<string?>("SELECT band AS \"Value\" FROM published_ballots").ToListAsync());
        Assert.Equal((17, 40), (published.Count(band => band is null), published.Count(band => band == bands[2])));
        AssertNowhereInTheFiles(world, await FilesAsync(world), bands[0]!, bands[1]!);
    }

    [Theory, EachDatabase]
    public async Task After_closing_nothing_joins_register_desk_link_letter_and_paper_to_the_ballots(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        // Twelve and sixteen who are alike, and five of whom there is only one each.
        var alike = string.Concat(Enumerable.Range(0, 28).Select(i => $"M-{i},{(i < 12 ? 1970 : 1950)}-05-05,county,fi,0\n"));
        const string single = "L-1,2000-01-02,town,fi,0\nD-2,1990-01-02,town,fi,0\nA-3,1980-01-02,town,fi,0\nP-4,1985-01-02,county,fi,0\nG-5,2001-01-02,county,fi,1\n";
        var (roundId, sheet) = await world.RegisteredAsync(single + alike, Registers.Sixteen with { PublishesBands = true });
        var codes = await world.CodesAsync(roundId, single + alike);
        var clerk = await world.ClerkAsync();
        async Task<long> EntryAsync(string identifier) => (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, identifier, default))).Value.Id;
        async Task<Voter> AdmitAsync(string code) => (await world.EnterAsync((await world.RedeemAsync(roundId, code)).Value, roundId)).Value;

        List<Voter> voters = [await AdmitAsync(codes[0])];
        var atDesk = await EntryAsync("D-2");
        voters.Add(await AdmitAsync((await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, atDesk, default))).Value));
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[2])).Granted);
        voters.Add((await world.EnterAsync(null, roundId, world.Resident)).Value);
        voters.Add(await AdmitAsync(codes[4]));
        for (var i = 5; i < codes.Count; i++)
            voters.Add(await AdmitAsync(codes[i]));
        string[] channels = ["letter", "assisted", "online"];
        Assert.Equal(channels, voters[..3].Select(voter => voter.Band!.Split("channel=")[1]));
        Assert.Null(voters[3].Band);
        foreach (var voter in voters)
            Assert.True((await world.CastAsync(sheet, voter, 2)).Granted);
        // The voter at the desk changes her mind, and the one with the letter too.
        foreach (var voter in voters[..2])
            Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        var onPaper = await EntryAsync("P-4");
        Assert.True((await world.DeskAsync(desk => desk.IssuePaperAsync(clerk, roundId, onPaper, default))).Granted);

        // What an insider finds while voting is open, so that it is known that the search after it finds.
        var entries = await world.Sql(context => context.Electors.Select(elector => elector.Id).ToListAsync());
        var whose = voters.Select(voter => voter.Key).ToHashSet();
        Assert.NotEmpty(await KeysFoundAsync(world, entries, whose));

        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);

        Assert.Empty(await KeysFoundAsync(world, entries, whose));
        var rows = await DumpAsync(world);
        var ballots = await world.Sql(context => context.Ballots.AsNoTracking().ToListAsync());
        Assert.Equal(voters.Count + 1, ballots.Count);
        foreach (var ballot in ballots)
        {
            // What is beside the choices stands in no other table, but for the commitment, which is among the commitments alone.
            foreach (var value in new[] { Convert.ToHexStringLower(ballot.VoterKey), Hex(ballot.Nonce), ballot.Attempt.ToString() }.Where(value => value.Length > 0))
                Assert.StartsWith("ballots ", Assert.Single(rows, row => row.Contains(value, StringComparison.OrdinalIgnoreCase)));
            if (ballot.Commitment is not null)
                Assert.All(rows.Where(row => row.Contains(Hex(ballot.Commitment))), row => Assert.Contains(row.Split(' ')[0], new[] { "ballots", "commitment_chunks" }));
        }
        foreach (var cell in ballots.Where(ballot => ballot.Choices is not null).GroupBy(ballot => ballot.Band))
            Assert.True(cell.Count() >= 10, $"{cell.Key}: {cell.Count()}");
        AssertNowhereInTheFiles(world, await FilesAsync(world), [.. voters[..3].Select(voter => voter.Band!).Distinct()]);
    }

    private static string Hex(byte[]? bytes) => bytes is null ? "" : Convert.ToHexStringLower(bytes);

    /// <summary>The voter keys that can be computed of anything in the database, decrypted where its own key ring decrypts it, and the entries' numbers.</summary>
    private static async Task<IReadOnlyList<string>> KeysFoundAsync(World world, IReadOnlyList<long> entries, IReadOnlySet<string> whose)
    {
        List<byte[]> values = [.. await ValuesAsync(world)];
        // And of what the files keep beside the rows: what was encrypted by the key ring begins with its mark.
        foreach (var file in await FilesAsync(world))
            values.AddRange(Sealed().Matches(Encoding.Latin1.GetString(file)).Select(match => Encoding.ASCII.GetBytes(match.Value)));
        return await world.Do<IDataProtectionProvider, IReadOnlyList<string>>(protection =>
        {
            var protector = protection.CreateProtector("Budgeting.RoundSecret");
            List<string> found = [];
            foreach (var value in values)
            {
                foreach (var key in Secrets(value))
                    found.AddRange(entries.Select(entry => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"entry {entry}")))).Where(whose.Contains));
            }
            return Task.FromResult<IReadOnlyList<string>>(found);

            IEnumerable<byte[]> Secrets(byte[] value)
            {
                if (value.Length == 32)
                    yield return value;
                byte[]? opened = null;
                try
                {
                    opened = protector.Unprotect(Convert.FromBase64String(Encoding.ASCII.GetString(value)));
                }
                catch (Exception fault) when (fault is CryptographicException or FormatException)
                {
                    // Nothing that was encrypted for this.
                }
                if (opened is not null)
                    yield return opened;
            }
        });
    }

    [GeneratedRegex("CfDJ8[A-Za-z0-9+/]{100,}={0,2}")]
    private static partial Regex Sealed();

    /// <summary>Every value of every row that is bytes or text, as bytes.</summary>
    private static Task<List<byte[]>> ValuesAsync(World world) => world.Sql(async context =>
    {
        List<byte[]> values = [];
        await context.Database.OpenConnectionAsync();
        foreach (var table in await TablesAsync(context))
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    if (reader.GetValue(i) is byte[] bytes)
                        values.Add(bytes);
                    else if (reader.GetValue(i) is string text)
                        values.Add(Encoding.UTF8.GetBytes(text));
                }
            }
        }
        return values;
    });

    /// <summary>The files of the database; none where they are a server's.</summary>
    private static async Task<IReadOnlyList<byte[]>> FilesAsync(World world)
    {
        List<byte[]> files = [];
        if (world.Database.Kind != DatabaseKind.Sqlite)
            return files;
        var file = new SqliteConnectionStringBuilder(world.Database.ConnectionString).DataSource;
        foreach (var path in new[] { file, file + "-wal" }.Where(File.Exists))
        {
            await using var bytes = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[bytes.Length];
            await bytes.ReadExactlyAsync(content);
            files.Add(content);
        }
        return files;
    }

    private static void AssertNowhereInTheFiles(World world, IReadOnlyList<byte[]> files, params IReadOnlyList<string> texts)
    {
        Assert.Equal(world.Database.Kind == DatabaseKind.Sqlite, files.Count > 0);
        foreach (var text in texts)
            Assert.All(files, file => Assert.Equal(-1, file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text))));
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
