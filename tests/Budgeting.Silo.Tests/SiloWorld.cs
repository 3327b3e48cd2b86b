using Budgeting.Silo;
using Budgeting.Silo.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The world of the service tests, in which the services of Core are reached by way of the grains of a cluster.
namespace Budgeting.Core.Tests;

public sealed partial class World
{
    /// <summary>The silos of the cluster over this world's database.</summary>
    internal Task<IReadOnlyList<IHost>> SilosAsync() => _services.GetRequiredService<TestCluster>().SilosAsync();

    static partial void HostElsewhere(IServiceCollection services, TestDatabase database, IConfiguration configuration, TimeProvider time)
    {
        services.AddGrainServices();
        // Made by the container, so that it ends with it and before the database does.
        services.AddSingleton(_ => TestCluster.Over(database, configuration, time));
        services.AddSingleton(provider => First(provider).GetRequiredService<IGrainFactory>());
        services.AddSingleton(provider => First(provider).GetRequiredService<ISiloStatusOracle>());
    }

    private static IServiceProvider First(IServiceProvider provider) =>
        Task.Run(provider.GetRequiredService<TestCluster>().SilosAsync).GetAwaiter().GetResult()[0].Services;
}
