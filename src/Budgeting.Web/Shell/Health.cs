using Budgeting.Core.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Budgeting.Web.Shell;

/// <summary>
/// What whoever runs the servers asks them: <c>/health/live</c>, whether the process answers at all, and <c>/health/ready</c>,
/// whether it reaches its database too. The answer is one word, because anybody can ask; what is wrong stands in the log.
/// </summary>
internal static class Health
{
    // Shorter than a prober's patience, so that the answer is ours; long enough for a busy database.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", timeout: Patience);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // A database that is away is no reason to start the process anew: only readiness asks for it.
        routes.MapHealthChecks("/health/live", new() { Predicate = _ => false }).ShortCircuit();
        routes.MapHealthChecks("/health/ready").ShortCircuit();
    }

    private sealed class DatabaseCheck(IServiceProvider services) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await services.ReadDatabaseAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
