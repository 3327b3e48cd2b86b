using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Core.Database;

/// <summary>Makes the database ready when a process starts.</summary>
public static class DatabaseStart
{
    /// <summary>Reaches the database, makes or upgrades its tables. Safe while other servers do the same.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached or opened; the message says it in one sentence.</exception>
    public static async Task PrepareDatabaseAsync(this IServiceProvider services, CancellationToken cancellation = default)
    {
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<BudgetingContext>();
        var dialect = scope.ServiceProvider.GetRequiredService<DatabaseDialect>();
        try
        {
            await dialect.PrepareAsync(context, cancellation);
            // Entity Framework takes its lock also when there is nothing to do.
            if ((await context.Database.GetPendingMigrationsAsync(cancellation)).Any())
                await dialect.MigrateAsync(context, scope.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DatabaseStart).FullName!), cancellation);
        }
        catch (Exception fault) when (fault is DbException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw new DatabaseUnavailableException(
                $"The {dialect.Provider} database at {dialect.Place(context.Database.GetConnectionString())} cannot be used: {Innermost(fault)}", fault);
        }
    }

    /// <summary>Reads something small, to see that the database answers.</summary>
    /// <exception cref="DbException">It does not, or not as it should.</exception>
    public static async Task ReadDatabaseAsync(this IServiceProvider services, CancellationToken cancellation = default)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BudgetingContext>().Regions.AnyAsync(cancellation);
    }

    private static string Innermost(Exception fault) => fault.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.') + ".";
}

/// <summary>The database cannot be reached or opened, or is not configured rightly.</summary>
/// <param name="message">One sentence for the operator, without the password.</param>
/// <param name="inner">What the driver said, if it was asked.</param>
public sealed class DatabaseUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
