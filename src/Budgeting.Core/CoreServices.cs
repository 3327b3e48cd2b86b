using System.Security.Cryptography;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Import;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Budgeting.Core;

/// <summary>Where the data is. Configured under <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary><c>Sqlite</c> (the default) or <c>PostgreSQL</c>.</summary>
    public string Provider { get; set; } = "Sqlite";

    /// <summary>The provider's connection string. For SQLite it may be left out: then the file is <c>data/budgeting.db</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether the database is a SQLite file.</summary>
    public bool IsSqlite => Provider.Equals("Sqlite", StringComparison.OrdinalIgnoreCase);

    /// <summary>The connection string of another SQLite file in the same folder, its name marked by a word: <c>budgeting.jobs.db</c>.</summary>
    public string SqliteFileBeside(string word)
    {
        var file = new SqliteConnectionStringBuilder(string.IsNullOrWhiteSpace(ConnectionString) ? SqliteDialect.DefaultFile : ConnectionString).DataSource;
        return new SqliteConnectionStringBuilder { DataSource = Path.ChangeExtension(file, $"{word}{Path.GetExtension(file)}") }.ConnectionString;
    }

    /// <summary>Whose clock decides writes.</summary>
    public ClockSource Clock { get; set; } = ClockSource.Database;
}

/// <summary>Registers the services of the process. The host adds the alarms (<see cref="IPhaseAlarms"/>) that suit it.</summary>
public static class CoreServices
{
    /// <summary>Adds regions, rounds, proposals, voting, results and all they need, over the configured database.</summary>
    /// <exception cref="DatabaseUnavailableException"><c>Database:Provider</c> names no database the platform runs on, or PostgreSQL has no connection string.</exception>
    public static IServiceCollection AddBudgeting(this IServiceCollection services, IConfiguration configuration)
    {
        var database = configuration.GetSection("Database").Get<DatabaseOptions>() ?? new();
        var dialect = DatabaseDialect.All.FirstOrDefault(dialect => dialect.Provider.Equals(database.Provider, StringComparison.OrdinalIgnoreCase))
            ?? throw new DatabaseUnavailableException(
                $"Database:Provider is '{database.Provider}', but must be one of: {string.Join(", ", DatabaseDialect.All.Select(known => known.Provider))}.");
        var connectionString = string.IsNullOrWhiteSpace(database.ConnectionString) ? dialect.DefaultConnectionString : database.ConnectionString;

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(RandomNumberGenerator.Create());
        services.AddSingleton<Randomness>();
        services.AddSingleton(dialect);
        services.AddSingleton(provider => new DatabaseClock(dialect, provider.GetRequiredService<TimeProvider>(), database.Clock));
        // Identity's tables are those of its third schema, passkeys included, wherever a context is made.
        services.Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddDbContextFactory<BudgetingContext>(options => dialect.Configure(options, connectionString));
        services.AddDataProtection().SetApplicationName("Budgeting");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            keys => keys.XmlRepository = new DataProtectionKeyRing(provider.GetRequiredService<IDbContextFactory<BudgetingContext>>())));

        services.AddScoped<UnitOfWork>();
        services.AddScoped<AuditTrail>();
        services.AddScoped<IAuditLog, AuditLog>();
        services.AddScoped<IAuthority, Authority>();
        services.AddScoped<IRegions, RegionService>();
        services.AddScoped<IRounds, RoundService>();
        services.AddScoped<IPhaseDuties, PhaseDutyService>();
        services.AddScoped<IProposals, ProposalService>();
        services.AddScoped<IEvaluations, EvaluationService>();
        services.AddSingleton<SheetCache>();
        services.AddScoped<SheetFreezing>();
        services.AddScoped<RoundSecrets>();
        services.AddScoped<IBallotSheets, BallotSheetService>();
        services.AddScoped<IElectorate, ElectorateService>();
        services.AddOptions<BallotBoxOptions>().Bind(configuration.GetSection("BallotBox"))
            .Validate(box => box is { QueueLength: > 0, BatchSize: > 0, QueueLengthPerVoter: > 0 }, "The settings of BallotBox must be above zero.")
            .ValidateOnStart();
        services.AddSingleton<IBallotBox, BallotBox>();
        services.AddScoped<BallotClosing>();
        services.AddScoped<PaperTally>();
        services.AddScoped<IPaperBallots, PaperBallotService>();
        services.AddScoped<ResultService>();
        services.AddScoped<IResults>(provider => provider.GetRequiredService<ResultService>());
        services.AddScoped<IElectionImport, ElectionImport>();
        services.TryAddSingleton<IPhaseAlarms, NoAlarms>();
        return services;
    }
}
