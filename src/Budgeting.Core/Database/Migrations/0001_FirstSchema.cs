using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;

namespace Budgeting.Core.Database.Migrations;

/// <summary>The first schema. Column types are the provider's own but for instants and JSON documents.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0001_first")]
internal sealed class FirstSchema : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";
        var json = sqlite ? "TEXT" : "jsonb";

        migration.CreateTable("regions", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            Slug = table.Column<string>(name: "slug"),
            Kind = table.Column<string>(name: "kind"),
            Name = table.Column<string>(name: "name"),
            ParentId = table.Column<long>(name: "parent_id", nullable: true),
            Path = table.Column<string>(name: "path"),
            TimeZone = table.Column<string>(name: "time_zone"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_regions", row => row.Id);
            table.ForeignKey("fk_regions_parent_id", row => row.ParentId, "regions", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_regions_parent_id", "regions", "parent_id");
        migration.CreateIndex("ix_regions_slug", "regions", "slug", unique: true);

        migration.CreateTable("accounts", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            DisplayName = table.Column<string>(name: "display_name", maxLength: 60),
            HomeRegionId = table.Column<long>(name: "home_region_id", nullable: true),
            UserName = table.Column<string>(name: "user_name", maxLength: 256, nullable: true),
            NormalizedUserName = table.Column<string>(name: "normalized_user_name", maxLength: 256, nullable: true),
            Email = table.Column<string>(name: "email", maxLength: 256, nullable: true),
            NormalizedEmail = table.Column<string>(name: "normalized_email", maxLength: 256, nullable: true),
            EmailConfirmed = table.Column<bool>(name: "email_confirmed"),
            PasswordHash = table.Column<string>(name: "password_hash", nullable: true),
            SecurityStamp = table.Column<string>(name: "security_stamp", nullable: true),
            ConcurrencyStamp = table.Column<string>(name: "concurrency_stamp", nullable: true),
            PhoneNumber = table.Column<string>(name: "phone_number", maxLength: 256, nullable: true),
            PhoneNumberConfirmed = table.Column<bool>(name: "phone_number_confirmed"),
            TwoFactorEnabled = table.Column<bool>(name: "two_factor_enabled"),
            LockoutEnd = table.Column<DateTimeOffset>(name: "lockout_end", type: instant, nullable: true),
            LockoutEnabled = table.Column<bool>(name: "lockout_enabled"),
            AccessFailedCount = table.Column<int>(name: "access_failed_count"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_accounts", row => row.Id);
            table.ForeignKey("fk_accounts_home_region_id", row => row.HomeRegionId, "regions", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_accounts_home_region_id", "accounts", "home_region_id");
        migration.CreateIndex("ix_accounts_normalized_email", "accounts", "normalized_email");
        migration.CreateIndex("ix_accounts_normalized_user_name", "accounts", "normalized_user_name", unique: true);

        migration.CreateTable("account_claims", table => new
        {
            Id = table.Column<int>(name: "id").Numbered(),
            UserId = table.Column<long>(name: "user_id"),
            ClaimType = table.Column<string>(name: "claim_type", nullable: true),
            ClaimValue = table.Column<string>(name: "claim_value", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_claims", row => row.Id);
            table.ForeignKey("fk_account_claims_user_id", row => row.UserId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_account_claims_user_id", "account_claims", "user_id");

        migration.CreateTable("account_logins", table => new
        {
            LoginProvider = table.Column<string>(name: "login_provider", maxLength: 128),
            ProviderKey = table.Column<string>(name: "provider_key", maxLength: 128),
            ProviderDisplayName = table.Column<string>(name: "provider_display_name", nullable: true),
            UserId = table.Column<long>(name: "user_id"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_logins", row => new { row.LoginProvider, row.ProviderKey });
            table.ForeignKey("fk_account_logins_user_id", row => row.UserId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_account_logins_user_id", "account_logins", "user_id");

        migration.CreateTable("account_tokens", table => new
        {
            UserId = table.Column<long>(name: "user_id"),
            LoginProvider = table.Column<string>(name: "login_provider", maxLength: 128),
            Name = table.Column<string>(name: "name", maxLength: 128),
            Value = table.Column<string>(name: "value", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_tokens", row => new { row.UserId, row.LoginProvider, row.Name });
            table.ForeignKey("fk_account_tokens_user_id", row => row.UserId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });

        migration.CreateTable("account_passkeys", table => new
        {
            CredentialId = table.Column<byte[]>(name: "credential_id", maxLength: 1024),
            UserId = table.Column<long>(name: "user_id"),
            Data = table.Column<string>(name: "data", type: json),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_account_passkeys", row => row.CredentialId);
            table.ForeignKey("fk_account_passkeys_user_id", row => row.UserId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_account_passkeys_user_id", "account_passkeys", "user_id");

        migration.CreateTable("role_grants", table => new
        {
            AccountId = table.Column<long>(name: "account_id"),
            Role = table.Column<string>(name: "role"),
            RegionId = table.Column<long>(name: "region_id"),
            GrantedAt = table.Column<DateTimeOffset>(name: "granted_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_role_grants", row => new { row.AccountId, row.Role, row.RegionId });
            table.ForeignKey("fk_role_grants_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
            table.ForeignKey("fk_role_grants_region_id", row => row.RegionId, "regions", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_role_grants_region_id", "role_grants", "region_id");

        migration.CreateTable("rounds", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RegionId = table.Column<long>(name: "region_id"),
            Title = table.Column<string>(name: "title"),
            Summary = table.Column<string>(name: "summary"),
            Envelope = table.Column<long>(name: "envelope"),
            BallotsAtClosing = table.Column<int>(name: "ballots_at_closing", nullable: true),
            ReadyToPublish = table.Column<bool>(name: "ready_to_publish"),
            Imported = table.Column<bool>(name: "imported"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_rounds", row => row.Id);
            table.CheckConstraint("ck_rounds_envelope", "envelope >= 0");
            table.ForeignKey("fk_rounds_region_id", row => row.RegionId, "regions", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_rounds_region_id", "rounds", "region_id");

        migration.CreateTable("round_phases", table => new
        {
            Phase = table.Column<string>(name: "phase"),
            RoundId = table.Column<long>(name: "round_id"),
            StartsAt = table.Column<DateTimeOffset>(name: "starts_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_round_phases", row => new { row.RoundId, row.Phase });
            table.ForeignKey("fk_round_phases_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Cascade);
        });

        migration.CreateTable("headings", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            Position = table.Column<int>(name: "position"),
            Name = table.Column<string>(name: "name"),
            RegionId = table.Column<long>(name: "region_id"),
            Amount = table.Column<long>(name: "amount"),
            BallotKind = table.Column<string>(name: "ballot_kind"),
            MaximumChoices = table.Column<int>(name: "maximum_choices", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_headings", row => row.Id);
            table.CheckConstraint("ck_headings_amount", "amount > 0");
            table.CheckConstraint("ck_headings_maximum_choices", "maximum_choices > 0");
            table.ForeignKey("fk_headings_region_id", row => row.RegionId, "regions", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_headings_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_headings_region_id", "headings", "region_id");
        migration.CreateIndex("ix_headings_round_id_position", "headings", ["round_id", "position"], unique: true);

        migration.CreateTable("envelope_changes", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
            Previous = table.Column<long>(name: "previous"),
            Amount = table.Column<long>(name: "amount"),
            Reason = table.Column<string>(name: "reason"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_envelope_changes", row => row.Id);
            table.CheckConstraint("ck_envelope_changes_amount", "amount >= 0");
            table.ForeignKey("fk_envelope_changes_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_envelope_changes_round_id", "envelope_changes", "round_id");

        migration.CreateTable("phase_duties", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Duty = table.Column<string>(name: "duty"),
            DueAt = table.Column<DateTimeOffset>(name: "due_at", type: instant),
            CompletedAt = table.Column<DateTimeOffset>(name: "completed_at", type: instant, nullable: true),
            Note = table.Column<string>(name: "note", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_phase_duties", row => new { row.RoundId, row.Duty });
            table.ForeignKey("fk_phase_duties_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_phase_duties_completed_at_due_at", "phase_duties", ["completed_at", "due_at"]);

        migration.CreateTable("proposals", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            RoundId = table.Column<long>(name: "round_id"),
            HeadingId = table.Column<long>(name: "heading_id"),
            AuthorId = table.Column<long>(name: "author_id"),
            Writing = table.Column<Guid>(name: "writing"),
            Language = table.Column<string>(name: "language"),
            Title = table.Column<string>(name: "title"),
            Text = table.Column<string>(name: "text"),
            Place = table.Column<string>(name: "place", nullable: true),
            Revision = table.Column<int>(name: "revision"),
            SearchText = table.Column<string>(name: "search_text"),
            WrittenAt = table.Column<DateTimeOffset>(name: "written_at", type: instant),
            SubmittedAt = table.Column<DateTimeOffset>(name: "submitted_at", type: instant, nullable: true),
            WithdrawnAt = table.Column<DateTimeOffset>(name: "withdrawn_at", type: instant, nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_proposals", row => row.Id);
            table.ForeignKey("fk_proposals_author_id", row => row.AuthorId, "accounts", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_proposals_heading_id", row => row.HeadingId, "headings", "id", onDelete: ReferentialAction.Restrict);
            table.ForeignKey("fk_proposals_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_proposals_author_id_writing", "proposals", ["author_id", "writing"], unique: true);
        migration.CreateIndex("ix_proposals_heading_id", "proposals", "heading_id");
        migration.CreateIndex("ix_proposals_round_id", "proposals", "round_id");

        migration.CreateTable("evaluations", table => new
        {
            ProposalId = table.Column<long>(name: "proposal_id"),
            Feasible = table.Column<bool>(name: "feasible"),
            Cost = table.Column<long>(name: "cost", nullable: true),
            Reason = table.Column<string>(name: "reason", nullable: true),
            EvaluatorId = table.Column<long>(name: "evaluator_id", nullable: true),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_evaluations", row => row.ProposalId);
            table.CheckConstraint("ck_evaluations_cost", "(feasible AND cost IS NOT NULL AND cost > 0) OR (NOT feasible AND cost IS NULL AND reason IS NOT NULL)");
            table.ForeignKey("fk_evaluations_proposal_id", row => row.ProposalId, "proposals", "id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("ballot_sheets", table => new
        {
            HeadingId = table.Column<long>(name: "heading_id"),
            RoundId = table.Column<long>(name: "round_id"),
            Canonical = table.Column<string>(name: "canonical"),
            Hash = table.Column<string>(name: "hash"),
            FrozenAt = table.Column<DateTimeOffset>(name: "frozen_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_ballot_sheets", row => row.HeadingId);
            table.ForeignKey("fk_ballot_sheets_heading_id", row => row.HeadingId, "headings", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_ballot_sheets_round_id", "ballot_sheets", "round_id");

        migration.CreateTable("round_secrets", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Protected = table.Column<string>(name: "protected"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_round_secrets", row => row.RoundId);
            table.ForeignKey("fk_round_secrets_round_id", row => row.RoundId, "rounds", "id", onDelete: ReferentialAction.Restrict);
        });

        migration.CreateTable("ballots", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            VoterKey = table.Column<byte[]>(name: "voter_key"),
            Choices = table.Column<string>(name: "choices", nullable: true),
            Band = table.Column<string>(name: "band", nullable: true),
            Nonce = table.Column<byte[]>(name: "nonce", nullable: true),
            Commitment = table.Column<byte[]>(name: "commitment", nullable: true),
            Attempt = table.Column<Guid>(name: "attempt"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_ballots", row => new { row.RoundId, row.VoterKey });
            table.CheckConstraint("ck_ballots_whole_or_paper", Voting.StoredBallotRowMapping.WholeOrPaper);
        });
        migration.CreateIndex("ix_ballots_round_id_commitment", "ballots", ["round_id", "commitment"], unique: true);

        migration.CreateTable("spent_ballots", table => new
        {
            RoundId = table.Column<long>(name: "round_id"),
            Commitment = table.Column<byte[]>(name: "commitment"),
            Fate = table.Column<string>(name: "fate"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_spent_ballots", row => new { row.RoundId, row.Commitment });
        });

        migration.CreateTable("results", table => new
        {
            HeadingId = table.Column<long>(name: "heading_id"),
            RoundId = table.Column<long>(name: "round_id"),
            Document = table.Column<string>(name: "document"),
            CountedAt = table.Column<DateTimeOffset>(name: "counted_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_results", row => row.HeadingId);
            table.ForeignKey("fk_results_heading_id", row => row.HeadingId, "headings", "id", onDelete: ReferentialAction.Restrict);
        });
        migration.CreateIndex("ix_results_round_id", "results", "round_id");

        migration.CreateTable("audit_entries", table => new
        {
            Id = table.Column<long>(name: "id"),
            At = table.Column<DateTimeOffset>(name: "at", type: instant),
            Actor = table.Column<string>(name: "actor"),
            Act = table.Column<string>(name: "act"),
            Subject = table.Column<string>(name: "subject"),
            Detail = table.Column<string>(name: "detail"),
            Hash = table.Column<string>(name: "hash"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_audit_entries", row => row.Id);
        });

        migration.CreateTable("data_protection_keys", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            Name = table.Column<string>(name: "name"),
            Xml = table.Column<string>(name: "xml"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_data_protection_keys", row => row.Id);
        });

        // Whatever writes the ballots, the commitment of one that is no longer in the box is kept with its fate.
        if (sqlite)
        {
            foreach (var (change, fate) in new[] { ("UPDATE", "replaced"), ("DELETE", "withdrawn") })
            {
                migration.Sql($"""
                    CREATE TRIGGER ballots_{fate} AFTER {change} ON ballots WHEN OLD.commitment IS NOT NULL BEGIN
                        INSERT INTO spent_ballots (round_id, commitment, fate) VALUES (OLD.round_id, OLD.commitment, '{fate}');
                    END
                    """);
            }
        }
        else
        {
            migration.Sql("""
                CREATE FUNCTION keep_spent_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO spent_ballots (round_id, commitment, fate)
                    VALUES (OLD.round_id, OLD.commitment, CASE TG_OP WHEN 'DELETE' THEN 'withdrawn' ELSE 'replaced' END);
                    RETURN NULL;
                END $$
                """);
            migration.Sql("CREATE TRIGGER ballots_spent AFTER UPDATE OR DELETE ON ballots FOR EACH ROW WHEN (OLD.commitment IS NOT NULL) EXECUTE FUNCTION keep_spent_ballot()");
            migration.Sql("""
                CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
                END $$
                """);
        }
        foreach (var written in new[] { "ballot_sheets", "audit_entries" })
        {
            foreach (var change in new[] { "UPDATE", "DELETE" })
            {
                var name = $"{written}_no_{change.ToLowerInvariant()}";
                migration.Sql(sqlite
                    ? $"CREATE TRIGGER {name} BEFORE {change} ON {written} BEGIN SELECT RAISE(ABORT, 'rows of {written} are never changed or deleted'); END"
                    : $"CREATE TRIGGER {name} BEFORE {change} ON {written} FOR EACH ROW EXECUTE FUNCTION refuse_change()");
            }
        }
    }
}

/// <summary>Words for hand-written migrations.</summary>
internal static class MigrationWords
{
    /// <summary>The database numbers the rows itself.</summary>
    public static OperationBuilder<AddColumnOperation> Numbered(this OperationBuilder<AddColumnOperation> column) => column
        .Annotation("Sqlite:Autoincrement", true)
        .Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);
}
