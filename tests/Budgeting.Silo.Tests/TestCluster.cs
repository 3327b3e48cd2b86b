using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Budgeting.Core;
using Budgeting.Core.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Budgeting.Silo.Tests;

/// <summary>Two silos over one PostgreSQL database, or the one that SQLite is for, by a test's clock.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly ConditionalWeakTable<TestDatabase, TestCluster> Clusters = [];

    private readonly Lazy<Task<IReadOnlyList<IHost>>> _silos;

    private TestCluster(IConfiguration configuration, TimeProvider time, int silos) =>
        _silos = new(async () => await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => Task.Run(() => StartAsync(configuration, time)))));

    /// <summary>The cluster over a database: the same for every server that a test makes of it.</summary>
    public static TestCluster Over(TestDatabase database, IConfiguration configuration, TimeProvider time) =>
        Clusters.GetValue(database, _ => new(configuration, time, database.Kind == DatabaseKind.PostgreSql ? 2 : 1));

    public async Task<IReadOnlyList<IHost>> SilosAsync() => await _silos.Value;

    public async ValueTask DisposeAsync()
    {
        if (!_silos.IsValueCreated)
            return;
        foreach (var silo in await _silos.Value)
        {
            await silo.StopAsync();
            silo.Dispose();
        }
    }

    private static async Task<IHost> StartAsync(IConfiguration configuration, TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddConfiguration(configuration);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1"), new("Orleans:Endpoints:SiloPort", $"{FreePort()}"),
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // The clock of the test is the platform's; silos go by the real one among themselves.
        builder.Services.AddSingleton(time).AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        builder.Services.AddBudgeting(builder.Configuration);
        builder.AddSilo();
        var silo = builder.Build();
        await silo.StartAsync();
        return silo;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
