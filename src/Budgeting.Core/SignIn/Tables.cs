using Budgeting.Core.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.SignIn;

/// <summary>A link that was sent and not yet used. Of link and browser only hashes are kept.</summary>
internal sealed class OneTimeLink
{
    public required byte[] TokenHash { get; init; }

    public required byte[] BrowserHash { get; init; }

    public required LinkPurpose Purpose { get; init; }

    public long? AccountId { get; init; }

    /// <summary>The details of what it is to do, encrypted.</summary>
    public required byte[] Body { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A code by which an account is entered when nothing else is at hand.</summary>
internal sealed class RecoveryCode
{
    public required long AccountId { get; init; }

    public required byte[] CodeHash { get; init; }
}

/// <summary>A browser that is signed in.</summary>
internal sealed class SignInSession
{
    public required Guid Id { get; init; }

    public required long AccountId { get; init; }

    public required SignInWay Way { get; init; }

    public required string Browser { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>Midnight (UTC) of the day it was last used: nothing says when somebody does what.</summary>
    public required DateTimeOffset SeenOn { get; init; }
}

/// <summary>What Identity's table does not say of a passkey.</summary>
internal sealed class PasskeyUse
{
    public required byte[] CredentialId { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When the challenge of the last use was made; older ones are of no use any more.</summary>
    public DateTimeOffset? ChallengedAt { get; set; }

    /// <summary>The hash of that challenge.</summary>
    public byte[]? Challenge { get; set; }
}

internal sealed class OneTimeLinkMapping : IEntityTypeConfiguration<OneTimeLink>
{
    public void Configure(EntityTypeBuilder<OneTimeLink> table)
    {
        table.ToTable("one_time_links");
        table.HasKey(link => link.TokenHash);
        table.Property(link => link.Purpose).HasConversion<string>();
        table.HasIndex(link => link.ExpiresAt);
        table.HasIndex(link => link.AccountId);
        table.HasOne<Account>().WithMany().HasForeignKey(link => link.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RecoveryCodeMapping : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> table)
    {
        table.ToTable("recovery_codes");
        table.HasKey(code => new { code.AccountId, code.CodeHash });
        table.HasOne<Account>().WithMany().HasForeignKey(code => code.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SignInSessionMapping : IEntityTypeConfiguration<SignInSession>
{
    public void Configure(EntityTypeBuilder<SignInSession> table)
    {
        table.ToTable("sign_in_sessions");
        table.Property(session => session.Id).ValueGeneratedNever();
        table.Property(session => session.Way).HasConversion<string>();
        table.Property(session => session.Browser).HasMaxLength(60);
        table.HasIndex(session => session.AccountId);
        table.HasIndex(session => session.SeenOn);
        table.HasOne<Account>().WithMany().HasForeignKey(session => session.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PasskeyUseMapping : IEntityTypeConfiguration<PasskeyUse>
{
    public void Configure(EntityTypeBuilder<PasskeyUse> table)
    {
        table.ToTable("passkey_uses");
        table.HasKey(use => use.CredentialId);
        table.Property(use => use.CredentialId).HasMaxLength(1024);
        table.HasOne<IdentityUserPasskey<long>>().WithOne().HasForeignKey<PasskeyUse>(use => use.CredentialId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Nobody has a password.</summary>
internal sealed class NoPasswordMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> table) => table.Ignore(account => account.PasswordHash);
}
