using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Budgeting.Core.Assistance;
using Budgeting.Core.Attachments;
using Budgeting.Core.Audit;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Following;
using Budgeting.Core.Import;
using Budgeting.Core.Invitations;
using Budgeting.Core.Moderation;
using Budgeting.Core.Notifications;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.PlainLanguage;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Stations;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
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
        services.AddPooledDbContextFactory<BudgetingContext>(options => dialect.Configure(options, connectionString));
        // Each request of a voter opens and seals a cookie; this kind takes half the work of the default, which encrypts and signs apart.
        var sealing = new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM };
        ProtectKeys(services.AddDataProtection().SetApplicationName("Budgeting").UseCryptographicAlgorithms(sealing), configuration);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            keys => keys.XmlRepository = new DataProtectionKeyRing(provider.GetRequiredService<IDbContextFactory<BudgetingContext>>())));

        services.AddScoped<UnitOfWork>();
        services.AddScoped<AuditTrail>();
        services.AddScoped<AuditLog>();
        services.AddScoped<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddScoped<IAuthority, Authority>();
        services.AddScoped<IRoles, RoleService>();
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection("Retention"))
            .Validate(periods => periods.IsPossible, "The settings of Retention are days, above zero; NewsDays above seven, so that weekly digests can be made; DeliveryLogDays above WarningDays, since the log says who was warned.")
            .ValidateOnStart();
        services.AddScoped<IRetention, RetentionService>();
        services.AddScoped<AccountErasure>();
        services.AddScoped<LiveAccounts>();
        services.AddScoped<IMyData, MyDataService>();
        services.AddScoped<IRegions, RegionService>();
        services.AddScoped<RoundService>();
        services.AddScoped<IRounds>(provider => provider.GetRequiredService<RoundService>());
        services.AddScoped<IPhaseDuties, PhaseDutyService>();
        services.AddScoped<IProposals, ProposalService>();
        services.AddScoped<IEvaluations, EvaluationService>();
        services.AddScoped<IModeration, ModerationService>();
        services.TryAddScoped<IModerationListener, ModerationMail>();
        services.AddOptions<AttachmentOptions>().Bind(configuration.GetSection("Attachments"))
            .Validate(attached => attached is { MaximumBytes: > 0 and <= AttachmentOptions.MostBytes, MaximumCount: > 0 and <= AttachmentOptions.MostCount, MaximumMegapixels: > 0 and <= 400, MaximumInflatedBytes: > 0 },
                $"The settings of Attachments must be above zero, MaximumBytes at most {AttachmentOptions.MostBytes}, MaximumCount at most {AttachmentOptions.MostCount} and MaximumMegapixels at most 400.")
            .ValidateOnStart();
        services.AddScoped<IAttachments, AttachmentService>();
        services.AddSingleton<SheetCache>();
        services.AddScoped<SheetFreezing>();
        services.AddScoped<RoundSecrets>();
        services.AddScoped<IBallotSheets, BallotSheetService>();
        services.AddSingleton<RegisterKeys>();
        services.AddOptions<AttemptLimits>().Bind(configuration.GetSection("Attempts"))
            .Validate(limits => limits is { WindowMinutes: > 0, PerAddress: > 0, PerAccount: > 0, PerEntry: > 0, PerClerk: > 0, PerStation: > 0 }
                && limits is { SignUpsPerHour: > 0, ProposalsPerHour: > 0, ReportsPerHour: > 0, UploadsPerHour: > 0 }, "The settings of Attempts must be above zero.")
            .Validate(limits => limits is { SignUpPrefixV4: > 0 and <= 32, SignUpPrefixV6: > 0 and <= 128 }, "The prefixes of Attempts must be those of a network.")
            .ValidateOnStart();
        services.AddSingleton<IAttempts, Attempts>();
        services.AddSingleton<OpenRounds>();
        services.AddSingleton<IQuickAdmission>(provider => provider.GetRequiredService<OpenRounds>());
        services.AddScoped<EntryLinks>();
        services.AddScoped<ILinkDisputes, LinkDisputes>();
        services.AddScoped<IIdentities, Identities>();
        services.AddScoped<FormerVoters>();
        services.AddScoped<ElectorateService>();
        services.AddScoped<IElectorate>(provider => provider.GetRequiredService<ElectorateService>());
        services.AddScoped<IElectorRegister, ElectorRegister>();
        services.AddScoped<IClerkDesk, ClerkDesk>();
        services.AddScoped<IStations, StationService>();
        services.AddSingleton<ContactProtection>();
        services.AddScoped<IInvitations, InvitationService>();
        services.AddScoped<IAssistance, AssistanceService>();
        services.AddScoped<IPlainSummaries, PlainSummaryService>();
        services.AddOptions<BallotBoxOptions>().Bind(configuration.GetSection("BallotBox"))
            .Validate(box => box is { QueueLength: > 0, BatchSize: > 0, QueueLengthPerVoter: > 0 }, "The lengths and sizes of BallotBox must be above zero.")
            .Validate(box => box.Wait >= TimeSpan.Zero && box.Wait <= TimeSpan.FromMilliseconds(100), "BallotBox:Wait must be between 0 and 100 milliseconds.")
            .ValidateOnStart();
        services.AddSingleton<IBallotBox, BallotBox>();
        services.AddScoped<BallotClosing>();
        services.AddScoped<CountedBallots>();
        services.AddOptions<BallotPublicationOptions>().Bind(configuration.GetSection("BallotPublication"))
            .Validate(publication => publication is { CellSize: > 0, MinimumVoters: > 0 }, "The settings of BallotPublication must be above zero.")
            .ValidateOnStart();
        services.AddScoped<BallotPublication>();
        services.AddScoped<IRecords, RecordService>();
        services.AddScoped<PaperTally>();
        services.AddScoped<IPaperBallots, PaperBallotService>();
        services.AddScoped<ResultService>();
        services.AddScoped<IResults>(provider => provider.GetRequiredService<ResultService>());
        services.AddScoped<IConfirmations, ConfirmationService>();
        services.AddOptions<FollowingOptions>().Bind(configuration.GetSection("Following"))
            .Validate(following => following.IsPossible, "Following needs a DigestHour from 0 to 23, a DigestDay, a known TimeZone, and MostWaiting and Batch above zero.")
            .ValidateOnStart();
        services.AddScoped<NewsLog>();
        services.AddScoped<Followers>();
        services.AddScoped<NewsTelling>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddScoped<IFollowing, FollowingService>();
        services.AddScoped<INewsDelivery, NewsDelivery>();
        services.AddScoped<IElectionImport, ElectionImport>();
        services.AddNotifications(configuration);
        services.AddScoped<IAccounts, Accounts>();
        services.AddScoped<WaysInGuard>();
        services.AddScoped<IPasskeys, Passkeys>();
        services.AddScoped<IOneTimeLinks, OneTimeLinks>();
        services.AddScoped<IRecoveryCodes, RecoveryCodes>();
        services.AddScoped<ISignInSessions, SignInSessions>();
        return services;
    }

    // With a certificate the key ring in the database, and with it the secret of an open round, is of no use without that file.
    private static void ProtectKeys(IDataProtectionBuilder protection, IConfiguration configuration)
    {
        if (configuration["DataProtection:CertificateFile"] is not { Length: > 0 } file)
            return;
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, configuration["DataProtection:CertificatePassword"]);
            protection.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"DataProtection:CertificateFile '{file}' cannot be used: {fault.Message}", fault);
        }
    }
}
