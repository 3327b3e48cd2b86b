using System.CommandLine;
using Budgeting.Core;
using Budgeting.Core.Database;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Budgeting.Cli;

/// <summary>The options by which a command finds the platform's database, and the services over it.</summary>
internal sealed class PlatformOptions
{
    private readonly Option<string?> _provider = new("--provider")
    {
        Description = "The database: Sqlite or PostgreSQL. Otherwise the variable Database__Provider, otherwise Sqlite.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _connection = new("--connection")
    {
        Description = "Its connection string, such as \"Data Source=data/budgeting.db\". Otherwise the variable Database__ConnectionString.",
        HelpName = "STRING",
    };

    public void AddTo(Command command)
    {
        command.Add(_provider);
        command.Add(_connection);
    }

    /// <summary>The platform's services over the database, which is made or upgraded first.</summary>
    /// <exception cref="CommandException">The database is not configured rightly or cannot be reached.</exception>
    public async Task<ServiceProvider> OpenAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Database:Provider"] = arguments.GetValue(_provider),
                ["Database:ConnectionString"] = arguments.GetValue(_connection),
            }.Where(given => given.Value is not null))
            .Build();
        if (string.IsNullOrWhiteSpace(configuration["Database:ConnectionString"]))
        {
            // The server's default file would here be another one, in whatever folder this is.
            throw new CommandException(ExitCode.WrongUsage, "Say which database: --connection \"Data Source=…/budgeting.db\", or the variable Database__ConnectionString.");
        }

        try
        {
            var services = new ServiceCollection()
                .AddLogging(logging => logging
                    .SetMinimumLevel(LogLevel.Error)
                    // On a new database the first look for its migrations fails, as it should; what fails later is thrown.
                    .AddFilter("Microsoft.EntityFrameworkCore.Database", LogLevel.None)
                    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace))
                .AddBudgeting(configuration)
                .BuildServiceProvider();
            await services.PrepareDatabaseAsync(cancellation);
            return services;
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or ArgumentException)
        {
            throw new CommandException(ExitCode.Unavailable, exception.Message, exception);
        }
    }
}
