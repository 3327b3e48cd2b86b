using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
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
    private static readonly ConditionalWeakTable<TestDatabase, ConcurrentDictionary<string, TestCluster>> Clusters = [];

    private readonly Lazy<Task<IReadOnlyList<IHost>>> _silos;
    private int _leases;

    private TestCluster(IConfiguration configuration, TimeProvider time, int silos, string name) =>
        _silos = new(async () => await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => Task.Run(() => StartAsync(configuration, time, name)))));

    /// <summary>The cluster over a database: the same for every server that a test makes of it, one of its own for those with other settings.</summary>
    public static TestCluster Over(TestDatabase database, IConfiguration configuration, TimeProvider time)
    {
        var settings = string.Join('\n', configuration.AsEnumerable().OrderBy(setting => setting.Key).Select(setting => $"{setting.Key}={setting.Value}"));
        var cluster = Clusters.GetOrCreateValue(database).GetOrAdd($"{settings}\n{RuntimeHelpers.GetHashCode(time)}", name => new(
            configuration, time, database.Kind == DatabaseKind.PostgreSql ? 2 : 1, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))));
        Interlocked.Increment(ref cluster._leases);
        return cluster;
    }

    public async Task<IReadOnlyList<IHost>> SilosAsync() => await _silos.Value;

    /// <summary>Ends one server's use of it; with the last the silos stop. The world's own server is the first and the last.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Decrement(ref _leases) > 0 || !_silos.IsValueCreated)
            return;
        foreach (var silo in await _silos.Value)
        {
            await silo.StopAsync();
            silo.Dispose();
        }
    }

    private static async Task<IHost> StartAsync(IConfiguration configuration, TimeProvider time, string name)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddConfiguration(configuration);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1"), new("Orleans:Endpoints:SiloPort", $"{FreePort()}"),
            new("Orleans:ClusterId", name),
        ]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(time);
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
