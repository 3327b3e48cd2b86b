using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Following;

/// <summary>That an account follows a round, or one proposal of it.</summary>
internal sealed class Follow
{
    public long Id { get; private set; }

    public required long AccountId { get; init; }

    public required long RoundId { get; init; }

    /// <summary>The proposal; null for the round itself.</summary>
    public long? ProposalId { get; init; }

    /// <summary>When messages come. The same for all an account follows in a round.</summary>
    public required NewsChoice Choice { get; init; }

    /// <summary>Whether that was chosen for this round; else it goes with the account's choice.</summary>
    public required bool Chosen { get; init; }

    /// <summary>The news up to here has been told. Moves in the transaction that writes the message.</summary>
    public required long ToldTo { get; init; }

    public required DateTimeOffset FollowedAt { get; init; }
}

internal sealed class FollowMapping : IEntityTypeConfiguration<Follow>
{
    public const string OfRound = "proposal_id IS NULL";

    public void Configure(EntityTypeBuilder<Follow> table)
    {
        table.ToTable("follows");
        table.HasIndex(follow => new { follow.AccountId, follow.RoundId }).IsUnique().HasFilter(OfRound);
        table.HasIndex(follow => new { follow.AccountId, follow.ProposalId }).IsUnique();
        // Whoever has still to be told stands at the beginning, however many followers there are.
        table.HasIndex(follow => new { follow.RoundId, follow.Choice, follow.ToldTo });
        table.HasIndex(follow => new { follow.ProposalId, follow.Choice, follow.ToldTo });
        table.HasOne<Account>().WithMany().HasForeignKey(follow => follow.AccountId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Round>().WithMany().HasForeignKey(follow => follow.RoundId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Proposal>().WithMany().HasForeignKey(follow => follow.ProposalId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Something that happened. Its numbers follow the order in which the transactions were committed.</summary>
internal sealed class NewsItem
{
    public long Id { get; private set; }

    public required long RoundId { get; init; }

    /// <summary>The proposal it is about; null for the round.</summary>
    public long? ProposalId { get; init; }

    public required NewsKind Kind { get; init; }

    public Phase? Phase { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal sealed class NewsItemMapping : IEntityTypeConfiguration<NewsItem>
{
    public const string WithPhase = "(kind = 'PhaseBegan') = (phase IS NOT NULL)";

    public const string OfProposal = "(kind IN ('PhaseBegan', 'ScheduleChanged', 'ResultPublished')) = (proposal_id IS NULL)";

    public void Configure(EntityTypeBuilder<NewsItem> table)
    {
        table.ToTable("news", check =>
        {
            check.HasCheckConstraint("ck_news_phase", WithPhase);
            check.HasCheckConstraint("ck_news_proposal", OfProposal);
        });
        // A phase begins once, whoever notes it.
        table.HasIndex(item => new { item.RoundId, item.Phase }).IsUnique();
        table.HasIndex(item => new { item.RoundId, item.ProposalId, item.Id });
        table.HasIndex(item => item.At);
        table.HasOne<Round>().WithMany().HasForeignKey(item => item.RoundId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Proposal>().WithMany().HasForeignKey(item => item.ProposalId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>How far the followers with one choice have been told.</summary>
internal sealed class NewsRun
{
    public required NewsChoice Choice { get; init; }

    /// <summary>The news up to here has been told to all of them.</summary>
    public long ToldId { get; private set; }

    /// <summary>The news up to here is in the run under way, or was in the last one.</summary>
    public long UntilId { get; private set; }

    /// <summary>When the next digest is due; null for messages at once.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public long Messages { get; private set; }

    public bool UnderWay => ToldId < UntilId;

    /// <summary>Whether a run is to begin: there is news, and for a digest its hour has come.</summary>
    public bool IsDue(long latest, DateTimeOffset now) => !UnderWay && (DueAt is { } due ? due <= now : latest > UntilId);

    public void Plan(DateTimeOffset? dueAt) => DueAt = dueAt;

    public void Begin(long latest) => (UntilId, Messages) = (latest, 0);

    /// <summary>Messages were written; nobody has still to be told of news before an item.</summary>
    public void Go(long itemId, int messages) => (ToldId, Messages) = (itemId - 1, Messages + messages);

    public void Finish(DateTimeOffset now) => (ToldId, FinishedAt) = (UntilId, now);

    public NewsRunView ToView() => new(Choice, UnderWay, DueAt, FinishedAt, Messages);
}

internal sealed class NewsRunMapping : IEntityTypeConfiguration<NewsRun>
{
    public void Configure(EntityTypeBuilder<NewsRun> table)
    {
        table.ToTable("news_runs", check => check.HasCheckConstraint("ck_news_runs_told", "told_id <= until_id"));
        table.HasKey(run => run.Choice);
        table.Ignore(run => run.UnderWay);
    }
}
