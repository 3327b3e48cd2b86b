using System.Net;
using System.Net.Sockets;
using Budgeting.Core;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Database;
using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Silo.Cluster;
using Budgeting.Silo.Proposals;
using Budgeting.Silo.Regions;
using Budgeting.Silo.Results;
using Budgeting.Silo.Rounds;
using Budgeting.Silo.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration.Memory;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Budgeting.Silo;

/// <summary>Makes a host a silo: one of the servers of a cluster, which share the rounds among them.</summary>
public static class SiloHost
{
    /// <summary>
    /// Puts the grains between the web site and Core's services, and joins the cluster. On PostgreSQL all silos of one database and
    /// <c>Orleans:ClusterId</c> are a cluster; on SQLite there is one silo.
    /// </summary>
    public static void AddSilo(this IHostApplicationBuilder builder)
    {
        var database = builder.Configuration.GetSection("Database").Get<DatabaseOptions>() ?? new();
        // Each silo of a machine takes a port of its own; nobody but silos speaks to a silo, unless a gateway's port is given.
        var endpoints = builder.Configuration.GetSection("Orleans:Endpoints");
        var siloPort = endpoints.GetValue<int?>("SiloPort") ?? FreePort(EndpointOptions.DEFAULT_SILO_PORT);
        var gatewayPort = endpoints.GetValue<int?>("GatewayPort") ?? 0;
        // Silos tell much, also by way of the library with which they try things again; whoever wants to read it sets this otherwise.
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Orleans", "Warning"), new("Logging:LogLevel:Polly", "Warning")] });
        builder.Services.AddGrainServices();
        // Among themselves silos go by the real clock, whatever clock the platform is given.
        builder.Services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        if (!database.IsSqlite)
        {
            builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ClusterTables>(provider, database.ConnectionString ?? ""));
            builder.Services.AddSingleton<IPhaseAlarms, RoundAlarms>();
        }
        builder.UseOrleans(silo =>
        {
            var names = builder.Configuration.GetSection("Orleans");
            var (clusterId, serviceId) = (names["ClusterId"] ?? "budgeting", names["ServiceId"] ?? "budgeting");
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (clusterId, serviceId));
            silo.Configure<EndpointOptions>(endpoint => (endpoint.SiloPort, endpoint.GatewayPort) = (siloPort, gatewayPort));
            if (database.IsSqlite)
            {
                silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: serviceId, clusterId: clusterId);
            }
            else
            {
                var connection = ClusterTables.Connection(database.ConnectionString ?? "");
                silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (ClusterTables.Invariant, connection));
                silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (ClusterTables.Invariant, connection));
            }
            silo.AddResultStore(names.GetSection("ResultStore"), database);
            silo.AddPlacementDirector<RegionPlacement, RegionPlacementDirector>();
            silo.Services.AddSingleton<IGeneralizedCopier, SharedRecords>();
            silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(
                CoreRecords.ContainJson, _ => false, options => options.Configure(json => json.SerializerOptions = CoreRecords.Json)));
        });
    }

    /// <summary>
    /// Puts the grains in the places of Core's services, which stay under the key <see cref="Own"/>: grains call those, and nothing else does.
    /// </summary>
    internal static void AddGrainServices(this IServiceCollection services)
    {
        services.AddSingleton<Own>();
        services.AddSingleton<Grains>();
        services.AddSingleton<SheetsInMemory>();
        services.AddSingleton<ChangeWatch>();
        services.ConfigureDbContext<BudgetingContext>((provider, options) => options.AddInterceptors(provider.GetRequiredService<ChangeWatch>()));
        services.PutInPlaceOf<IAuthority, GrainAuthority>();
        services.PutInPlaceOf<IRegions, GrainRegions>();
        services.PutInPlaceOf<IRounds, GrainRounds>();
        services.PutInPlaceOf<IConfirmations, GrainConfirmations>();
        services.PutInPlaceOf<IProposals, GrainProposals>();
        services.PutInPlaceOf<IEvaluations, GrainEvaluations>();
        services.PutInPlaceOf<IBallotSheets, GrainBallotSheets>();
        services.PutInPlaceOf<IBallotBox, GrainBallotBox>();
        services.PutInPlaceOf<IResults, GrainResults>();
    }

    private static int FreePort(int first)
    {
        for (var port = first; port < first + 100; port++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Another server's.
            }
        }
        throw new InvalidOperationException($"No port from {first} to {first + 99} is free for the silo.");
    }
}
