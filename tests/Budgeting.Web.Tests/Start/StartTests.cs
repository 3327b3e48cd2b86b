using System.Net;
using System.Net.Sockets;
using Budgeting.Core.Tests;
using Microsoft.Data.Sqlite;

namespace Budgeting.Web.Tests.Start;

public sealed class StartTests
{
    [Fact]
    public async Task With_PostgreSQL_unreachable_the_start_fails_with_one_clear_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var server = ServerProcess.Start(["--Database:Provider=PostgreSQL", $"--Database:ConnectionString=Host=127.0.0.1;Port={port};Database=budgeting;Username=x;Password=geheim;Timeout=3"]);
        Assert.Equal(1, await server.ExitAsync());
        var line = Assert.Single(server.Output.Trim().Split('\n'));
        Assert.StartsWith($"The PostgreSQL database at 127.0.0.1:{port}/budgeting cannot be used: ", line);
        Assert.DoesNotContain("geheim", line);
    }

    [Theory]
    [InlineData("--Database:Provider=Oracle", "Sqlite, PostgreSQL")]
    [InlineData("--Database:Provider=PostgreSQL", "Database:ConnectionString")]
    [InlineData("--Database:Clock=Sundial", "Database:Clock")]
    [InlineData("--Jobs:SweepInterval=often", "Jobs:SweepInterval")]
    public async Task A_wrong_setting_is_said_in_one_sentence(string argument, string mention)
    {
        await using var server = ServerProcess.Start([argument]);
        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains(mention, Assert.Single(server.Output.Trim().Split('\n')));
    }

    [Fact]
    public async Task The_first_start_lays_the_demonstration_down_the_second_keeps_what_is_there()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        string[] arguments = ["--Database:ConnectionString", database.ConnectionString, "--Demo:Enabled=true"];
        async Task<long> CountAsync(string sql)
        {
            await using var connection = new SqliteConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var command = new SqliteCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
        await using (var server = ServerProcess.Start(arguments))
        {
            using var client = await server.ListeningAsync();
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }
        var proposals = await CountAsync("SELECT count(*) FROM proposals");
        var ballots = await CountAsync("SELECT count(*) FROM ballots");
        Assert.Equal(4, await CountAsync("SELECT count(*) FROM rounds"));
        Assert.InRange(proposals, 40, 60);
        Assert.InRange(ballots, 2_000, 10_000);
        await CountAsync("INSERT INTO data_protection_keys (name, xml) VALUES ('kept', '<kept/>'); SELECT 1");

        await using (var server = ServerProcess.Start(arguments))
            using (await server.ListeningAsync())
                Assert.DoesNotContain("Laying down", server.Output);
        Assert.Equal((proposals, ballots), (await CountAsync("SELECT count(*) FROM proposals"), await CountAsync("SELECT count(*) FROM ballots")));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM data_protection_keys WHERE name = 'kept'"));

        // Outside the demonstration its accounts, which everybody could enter, are nobody's.
        await using var real = ServerProcess.Start(database);
        using var visitor = await real.ListeningAsync();
        Assert.Equal(HttpStatusCode.NotFound, await SignInAsync(visitor, Demo.DemoAccounts.All[^1].Key));
        Assert.Equal("/sign-in", (await visitor.GetAsync("/admin/audit")).RequestMessage!.RequestUri!.AbsolutePath);
    }

    private static async Task<HttpStatusCode> SignInAsync(HttpClient client, string account)
    {
        var page = await client.GetStringAsync("/sign-in");
        var token = System.Text.RegularExpressions.Regex.Match(page, "__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        Assert.NotEqual("", token);
        var answer = await client.PostAsync("/sign-in?handler=Demo", new FormUrlEncodedContent(
            [new("account", account), new("__RequestVerificationToken", token)]));
        return answer.StatusCode;
    }

    [Fact]
    public async Task The_demonstration_is_the_same_wherever_it_is_laid_on_the_same_day()
    {
        async Task<string> LayAsync()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using (var server = ServerProcess.Start(["--Database:ConnectionString", database.ConnectionString, "--Demo:Enabled=true", "--Jobs:Enabled=false"]))
                using (await server.ListeningAsync())
                    await server.KillAsync();
            await using var connection = new SqliteConnection(database.ConnectionString);
            await connection.OpenAsync();
            // Sheets with their lots, every ballot with its commitment (not its key, which hangs on a secret), and the results.
            await using var command = new SqliteCommand("""
                SELECT (SELECT group_concat(hash) FROM (SELECT hash FROM ballot_sheets ORDER BY heading_id))
                    || (SELECT group_concat(choices || hex(commitment)) FROM (SELECT choices, commitment FROM ballots ORDER BY commitment))
                    || (SELECT group_concat(document) FROM (SELECT document FROM results ORDER BY heading_id))
                """, connection);
            return (string)(await command.ExecuteScalarAsync())!;
        }
        var laid = await Task.WhenAll(LayAsync(), LayAsync());
        Assert.True(laid[0].Length > 100_000);
        Assert.Equal(laid[0], laid[1]);
    }

    [Fact]
    public async Task Without_the_demonstration_a_first_start_is_empty_and_serves_pages()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var server = ServerProcess.Start(database);
        using var client = await server.ListeningAsync();
        var page = await client.GetStringAsync("/sign-in");
        Assert.DoesNotContain("demo.example", page);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/rounds")).StatusCode);
    }
}
