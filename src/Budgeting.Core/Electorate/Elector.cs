using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Electorate;

/// <summary>An entry of a round's register. Written by set-based SQL when a file is imported.</summary>
internal sealed class Elector
{
    public long Id { get; init; }

    public long RoundId { get; init; }

    /// <summary>The identifier under the register key; what it was cannot be told from this.</summary>
    public required byte[] Identifier { get; init; }

    public int BirthYear { get; init; }

    /// <summary>Decided when the file was read: afterwards only the year of birth is known.</summary>
    public bool OfAge { get; init; }

    public long RegionId { get; init; }

    public required string Language { get; init; }

    /// <summary>Whether the person's place of living must not be told (turvakielto).</summary>
    public bool IsProtected { get; init; }

    /// <summary>Whether the entry was missing from a later file: the person has moved or died, and does not vote.</summary>
    public bool HasLeft { get; init; }

    /// <summary>
    /// The number that sessions begun by clerks' codes must carry. It goes up whenever those there are end; a number and not an instant, since when that was is nothing the
    /// register needs to know.
    /// </summary>
    public int PassSeries { get; init; }
}

/// <summary>What a code that proves an entry is for.</summary>
internal enum CodeKind
{
    /// <summary>Came by letter; good until voting closes.</summary>
    Letter,

    /// <summary>Given by a clerk; good once, for some minutes.</summary>
    Assisted,
}

/// <summary>A live code of an entry, hashed. Neither when it was used nor whether is kept.</summary>
internal sealed class ElectorCode
{
    public long ElectorId { get; init; }

    public CodeKind Kind { get; init; }

    public required byte[] Code { get; init; }

    /// <summary>When an assisted code dies; null for one that came by letter.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The account by which somebody votes as an entry.</summary>
internal sealed class ElectorAccount
{
    public long RoundId { get; init; }

    public long AccountId { get; init; }

    public long ElectorId { get; init; }

    /// <summary>What proved it; null where that was not kept.</summary>
    public LinkProof? Proof { get; init; }
}

internal sealed class ElectorMapping : IEntityTypeConfiguration<Elector>
{
    public void Configure(EntityTypeBuilder<Elector> table)
    {
        table.ToTable("electors");
        // A person stands in a round's register once.
        table.HasIndex(elector => new { elector.RoundId, elector.Identifier }).IsUnique();
        table.HasIndex(elector => elector.RegionId);
        table.HasOne<StoredElectorate>().WithMany().HasForeignKey(elector => elector.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Region>().WithMany().HasForeignKey(elector => elector.RegionId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ElectorCodeMapping : IEntityTypeConfiguration<ElectorCode>
{
    public const string OneTimeExpires = "(kind = 'Letter') = (expires_at IS NULL)";

    public void Configure(EntityTypeBuilder<ElectorCode> table)
    {
        table.ToTable("elector_codes", check => check.HasCheckConstraint("ck_elector_codes_one_time_expires", OneTimeExpires));
        // One live code of a kind: a new one takes the place of the old.
        table.HasKey(code => new { code.ElectorId, code.Kind });
        table.HasIndex(code => code.Code).IsUnique();
        table.HasIndex(code => code.ExpiresAt);
        table.HasOne<Elector>().WithMany().HasForeignKey(code => code.ElectorId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ElectorAccountMapping : IEntityTypeConfiguration<ElectorAccount>
{
    public void Configure(EntityTypeBuilder<ElectorAccount> table)
    {
        table.ToTable("elector_accounts");
        // One account, one entry a round; one entry, one account.
        table.HasKey(link => new { link.RoundId, link.AccountId });
        table.HasIndex(link => link.ElectorId).IsUnique();
        table.Property(link => link.Proof).HasConversion<string>();
        table.HasIndex(link => link.AccountId);
        table.HasOne<Elector>().WithMany().HasForeignKey(link => link.ElectorId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Account>().WithMany().HasForeignKey(link => link.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
