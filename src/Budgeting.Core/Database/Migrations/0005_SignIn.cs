using Budgeting.Core.Notifications;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Budgeting.Core.Database.Migrations;

/// <summary>Signing in without passwords: links, codes, sign-ins, uses of passkeys, outgoing messages. Passwords go.</summary>
[DbContext(typeof(BudgetingContext))]
[Migration("0005_sign_in")]
internal sealed class SignInTables : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        var sqlite = ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        var instant = sqlite ? "INTEGER" : "timestamp with time zone";

        // As SQL, since EF would build SQLite's table anew for it.
        migration.Sql("ALTER TABLE accounts DROP COLUMN password_hash");

        migration.CreateTable("outgoing_messages", table => new
        {
            Id = table.Column<long>(name: "id").Numbered(),
            Kind = table.Column<string>(name: "kind"),
            Channel = table.Column<string>(name: "channel"),
            AccountId = table.Column<long>(name: "account_id", nullable: true),
            WrittenAt = table.Column<DateTimeOffset>(name: "written_at", type: instant),
            ExpiresAt = table.Column<DateTimeOffset>(name: "expires_at", type: instant),
            State = table.Column<string>(name: "state"),
            DueAt = table.Column<DateTimeOffset>(name: "due_at", type: instant),
            Attempts = table.Column<int>(name: "attempts"),
            Body = table.Column<byte[]>(name: "body", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_outgoing_messages", row => row.Id);
            table.CheckConstraint("ck_outgoing_messages_body", OutgoingMessageMapping.BodyWhileWaiting);
            table.ForeignKey("fk_outgoing_messages_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.SetNull);
        });
        migration.CreateIndex("ix_outgoing_messages_account_id", "outgoing_messages", "account_id");
        migration.CreateIndex("ix_outgoing_messages_state_due_at", "outgoing_messages", ["state", "due_at"]);

        migration.CreateTable("one_time_links", table => new
        {
            TokenHash = table.Column<byte[]>(name: "token_hash"),
            BrowserHash = table.Column<byte[]>(name: "browser_hash"),
            Purpose = table.Column<string>(name: "purpose"),
            AccountId = table.Column<long>(name: "account_id", nullable: true),
            Body = table.Column<byte[]>(name: "body"),
            ExpiresAt = table.Column<DateTimeOffset>(name: "expires_at", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_one_time_links", row => row.TokenHash);
            table.ForeignKey("fk_one_time_links_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_one_time_links_account_id", "one_time_links", "account_id");
        migration.CreateIndex("ix_one_time_links_expires_at", "one_time_links", "expires_at");

        migration.CreateTable("recovery_codes", table => new
        {
            AccountId = table.Column<long>(name: "account_id"),
            CodeHash = table.Column<byte[]>(name: "code_hash"),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_recovery_codes", row => new { row.AccountId, row.CodeHash });
            table.ForeignKey("fk_recovery_codes_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });

        migration.CreateTable("sign_in_sessions", table => new
        {
            Id = table.Column<Guid>(name: "id"),
            AccountId = table.Column<long>(name: "account_id"),
            Way = table.Column<string>(name: "way"),
            Browser = table.Column<string>(name: "browser", maxLength: 60),
            BegunAt = table.Column<DateTimeOffset>(name: "begun_at", type: instant),
            SeenOn = table.Column<DateTimeOffset>(name: "seen_on", type: instant),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_sign_in_sessions", row => row.Id);
            table.ForeignKey("fk_sign_in_sessions_account_id", row => row.AccountId, "accounts", "id", onDelete: ReferentialAction.Cascade);
        });
        migration.CreateIndex("ix_sign_in_sessions_account_id", "sign_in_sessions", "account_id");
        migration.CreateIndex("ix_sign_in_sessions_seen_on", "sign_in_sessions", "seen_on");

        migration.CreateTable("passkey_uses", table => new
        {
            CredentialId = table.Column<byte[]>(name: "credential_id", maxLength: 1024),
            UsedAt = table.Column<DateTimeOffset>(name: "used_at", type: instant, nullable: true),
            ChallengedAt = table.Column<DateTimeOffset>(name: "challenged_at", type: instant, nullable: true),
            Challenge = table.Column<byte[]>(name: "challenge", nullable: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_passkey_uses", row => row.CredentialId);
            table.ForeignKey("fk_passkey_uses_credential_id", row => row.CredentialId, "account_passkeys", "credential_id", onDelete: ReferentialAction.Cascade);
        });
    }
}
