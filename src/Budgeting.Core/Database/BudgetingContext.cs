using System.Text.Json;
using Budgeting.Core.Assistance;
using Budgeting.Core.Attachments;
using Budgeting.Core.Audit;
using Budgeting.Core.Confirmations;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
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
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Budgeting.Core.Database;

/// <summary>The tables. Only Core's services and Identity's stores touch it.</summary>
public sealed class BudgetingContext(DbContextOptions<BudgetingContext> options) : IdentityUserContext<Account, long>(options)
{
    internal DbSet<Region> Regions => Set<Region>();

    internal DbSet<StoredRetentionRun> RetentionRuns => Set<StoredRetentionRun>();

    internal DbSet<RoleGrant> RoleGrants => Set<RoleGrant>();

    internal DbSet<Confirmation> Confirmations => Set<Confirmation>();

    internal DbSet<Round> Rounds => Set<Round>();

    internal DbSet<Heading> Headings => Set<Heading>();

    internal DbSet<EnvelopeChange> EnvelopeChanges => Set<EnvelopeChange>();

    internal DbSet<PhaseDutyEntry> PhaseDuties => Set<PhaseDutyEntry>();

    internal DbSet<Proposal> Proposals => Set<Proposal>();

    internal DbSet<Attachment> Attachments => Set<Attachment>();

    internal DbSet<AttachmentPiece> AttachmentPieces => Set<AttachmentPiece>();

    internal DbSet<Report> Reports => Set<Report>();

    internal DbSet<ModerationAct> ModerationActs => Set<ModerationAct>();

    internal DbSet<StoredSheet> BallotSheets => Set<StoredSheet>();

    internal DbSet<RoundSecret> RoundSecrets => Set<RoundSecret>();

    internal DbSet<StoredBallotRow> Ballots => Set<StoredBallotRow>();

    internal DbSet<SpentBallot> SpentBallots => Set<SpentBallot>();

    internal DbSet<PaperBatch> PaperBatches => Set<PaperBatch>();

    internal DbSet<PaperEntryRow> PaperEntries => Set<PaperEntryRow>();

    internal DbSet<PaperSettlement> PaperSettlements => Set<PaperSettlement>();

    internal DbSet<PaperBallot> PaperBallots => Set<PaperBallot>();

    internal DbSet<PaperReconciliationRow> PaperReconciliations => Set<PaperReconciliationRow>();

    internal DbSet<StoredResult> Results => Set<StoredResult>();

    internal DbSet<StoredElectorate> Electorates => Set<StoredElectorate>();

    internal DbSet<Elector> Electors => Set<Elector>();

    internal DbSet<ElectorCode> ElectorCodes => Set<ElectorCode>();

    internal DbSet<ElectorAccount> ElectorAccounts => Set<ElectorAccount>();

    internal DbSet<LinkClaim> LinkClaims => Set<LinkClaim>();

    internal DbSet<DeskCode> DeskCodes => Set<DeskCode>();

    internal DbSet<AccountIdentity> AccountIdentities => Set<AccountIdentity>();

    internal DbSet<FormerVoter> FormerVoters => Set<FormerVoter>();

    internal DbSet<RoundPlainSummary> RoundPlainSummaries => Set<RoundPlainSummary>();

    internal DbSet<ProposalPlainSummary> ProposalPlainSummaries => Set<ProposalPlainSummary>();

    internal DbSet<AssistedRound> AssistedRounds => Set<AssistedRound>();

    internal DbSet<StoredHelpCount> HelpCounts => Set<StoredHelpCount>();

    internal DbSet<ElectorContact> ElectorContacts => Set<ElectorContact>();

    internal DbSet<StoredInvitation> Invitations => Set<StoredInvitation>();

    internal DbSet<Station> Stations => Set<Station>();

    internal DbSet<StoredRegisterKey> RegisterKeys => Set<StoredRegisterKey>();

    internal DbSet<AttemptCount> Attempts => Set<AttemptCount>();

    internal DbSet<StoredRecord> RoundRecords => Set<StoredRecord>();

    internal DbSet<CommitmentChunk> CommitmentChunks => Set<CommitmentChunk>();

    internal DbSet<PublishedBallot> PublishedBallots => Set<PublishedBallot>();

    internal DbSet<Follow> Follows => Set<Follow>();

    internal DbSet<NewsItem> News => Set<NewsItem>();

    internal DbSet<NewsRun> NewsRuns => Set<NewsRun>();

    internal DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    internal DbSet<OutgoingMessage> OutgoingMessages => Set<OutgoingMessage>();

    internal DbSet<OneTimeLink> OneTimeLinks => Set<OneTimeLink>();

    internal DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    internal DbSet<SignInSession> SignInSessions => Set<SignInSession>();

    internal DbSet<PasskeyUse> PasskeyUses => Set<PasskeyUse>();

    internal DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        base.ConfigureConventions(conventions);
        conventions.Properties<Money>().HaveConversion<MoneyConverter>();
        conventions.Properties<LocalizedText>().HaveConversion<LocalizedTextConverter>();
        foreach (var word in new[] { typeof(RegionKind), typeof(Role), typeof(Phase), typeof(PhaseDuty), typeof(BallotKind), typeof(TallyRule), typeof(WithheldReason) })
            conventions.Properties(word).HaveConversion<string>();
        foreach (var word in new[] { typeof(ElectorateBasis), typeof(CodeKind) })
            conventions.Properties(word).HaveConversion<string>();
        foreach (var word in new[] { typeof(Typing), typeof(PaperBatchState), typeof(InvalidReason) })
            conventions.Properties(word).HaveConversion<string>();
        foreach (var word in new[] { typeof(NewsChoice), typeof(NewsKind) })
            conventions.Properties(word).HaveConversion<string>();
        foreach (var word in new[] { typeof(ConfirmedAct), typeof(Verdict), typeof(ModerationCategory), typeof(ModerationKind), typeof(AttachmentType) })
            conventions.Properties(word).HaveConversion<string>();
        if (Database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite")
            conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
        else
            conventions.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(BudgetingContext).Assembly);
        builder.Entity<Account>().ToTable("accounts");
        builder.Entity<IdentityUserClaim<long>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<long>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<long>>().ToTable("account_tokens");
        builder.Entity<IdentityUserPasskey<long>>().ToTable("account_passkeys");
        foreach (var entity in builder.Model.GetEntityTypes())
            UseSnakeCase(entity);
    }

    // Names that need no quoting in SQL, on either database.
    private static void UseSnakeCase(IMutableEntityType entity)
    {
        if (entity.IsMappedToJson())
        {
            entity.SetContainerColumnName("data");
            return;
        }
        var table = entity.GetTableName()!;
        foreach (var property in entity.GetProperties())
            property.SetColumnName(SnakeCase(property.Name));
        foreach (var key in entity.GetKeys())
            key.SetName(key.IsPrimaryKey() ? $"pk_{table}" : $"ak_{table}_{Columns(key.Properties)}");
        foreach (var key in entity.GetForeignKeys())
            key.SetConstraintName($"fk_{table}_{Columns(key.Properties)}");
        foreach (var index in entity.GetIndexes())
            index.SetDatabaseName($"ix_{table}_{Columns(index.Properties)}");

        static string Columns(IEnumerable<IMutableProperty> properties) => string.Join('_', properties.Select(property => SnakeCase(property.Name)));
        static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }

    private sealed class MoneyConverter() : ValueConverter<Money, long>(money => money.Cents, cents => new(cents));

    private sealed class LocalizedTextConverter() : ValueConverter<LocalizedText, string>(
        text => JsonSerializer.Serialize(text, JsonSerializerOptions.Web),
        json => JsonSerializer.Deserialize<LocalizedText>(json, JsonSerializerOptions.Web)!);

    // SQLite has no type for instants that it can put in order.
    private sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(instant => instant.UtcTicks, ticks => new(ticks, TimeSpan.Zero));

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(instant => instant.ToUniversalTime(), instant => instant);
}
