using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Assistance;

internal sealed class AssistanceService(BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit) : IAssistance
{
    public Task<bool> MayHelpAsync(long roundId, CancellationToken cancellation) => context.AssistedRounds.AnyAsync(round => round.RoundId == roundId, cancellation);

    public async Task<Outcome<Done>> SetAsync(Actor actor, long roundId, bool allowed, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        var entered = await EnterAsync(actor, roundId, cancellation, Role.Coordinator, Role.Administrator);
        if (!entered.Granted)
            return Outcome<Done>.Refused(entered.Refusals);
        if (entered.Value.Frozen(await work.NowAsync(cancellation)))
            return Refusal.Of("Assistance.Frozen");
        if (await MayHelpAsync(roundId, cancellation) == allowed)
            return Done.It;
        if (allowed)
            context.Add(new AssistedRound { RoundId = roundId });
        else
            await context.AssistedRounds.Where(round => round.RoundId == roundId).ExecuteDeleteAsync(cancellation);
        await audit.AppendAsync(actor, "assistance.set", $"round {roundId}", new { allowed }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> NoteAsync(Actor actor, long roundId, HelpGiven help, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync($"assistance {roundId}", cancellation);
        var entered = await EnterAsync(actor, roundId, cancellation, Role.Clerk);
        if (!entered.Granted)
            return Outcome<Done>.Refused(entered.Refusals);
        if (!await MayHelpAsync(roundId, cancellation))
            return Refusal.Of("Assistance.NotAllowed");
        switch (entered.Value.Schedule.PhaseAt(await work.NowAsync(cancellation)))
        {
            case null or < Phase.Voting:
                return Refusal.Of("Voting.NotOpenYet");
            case > Phase.Voting:
                return Refusal.Of("Voting.Closed");
        }
        var refusals = new HelpGivenValidator().Refusals(help);
        if (refusals.Count > 0)
            return refusals;
        var (helper, reason) = (help.Helper!.Value, help.Reason!.Value);
        if (await context.HelpCounts.Where(count => count.RoundId == roundId && count.Helper == helper && count.Reason == reason)
                .ExecuteUpdateAsync(row => row.SetProperty(count => count.Count, count => count.Count + 1), cancellation) == 0)
            context.Add(new StoredHelpCount { RoundId = roundId, Helper = helper, Reason = reason, Count = 1 });
        // Neither the reason nor anything that leads to the voter: with the time of the entry it could tell of somebody's health.
        await audit.AppendAsync(actor, "assistance.noted", $"round {roundId} helpers", new { helper = helper.ToString() }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<IReadOnlyList<HelpCount>>> CountAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation, Role.Clerk, Role.Coordinator, Role.Administrator);
        return entered.Granted
            ? Outcome.Of<IReadOnlyList<HelpCount>>([.. (await context.HelpCounts.AsNoTracking().Where(count => count.RoundId == roundId).ToListAsync(cancellation))
                .OrderBy(count => count.Helper).ThenBy(count => count.Reason).Select(count => new HelpCount(count.Helper, count.Reason, count.Count))])
            : Outcome<IReadOnlyList<HelpCount>>.Refused(entered.Refusals);
    }

    public async Task<HelpedVoters?> PublishedAsync(long roundId, CancellationToken cancellation)
    {
        var round = await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation);
        if (round is null || round.Schedule.PhaseAt(await work.NowAsync(cancellation)) is not >= Phase.Published || !await MayHelpAsync(roundId, cancellation))
            return null;
        var count = await context.HelpCounts.Where(count => count.RoundId == roundId).SumAsync(count => count.Count, cancellation);
        return new(count is 0 or >= HelpedVoters.Fewest ? count : null);
    }

    private async Task<Outcome<Round>> EnterAsync(Actor actor, long roundId, CancellationToken cancellation, params IReadOnlyList<Role> roles)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        return await authority.RefuseAsync(actor, round.RegionId, cancellation, roles) is { } refusal ? refusal : round;
    }
}

internal sealed class HelpGivenValidator : AbstractValidator<HelpGiven>
{
    public HelpGivenValidator()
    {
        RuleFor(help => help.Helper).Must(helper => helper is { } given && Enum.IsDefined(given)).WithErrorCode("Assistance.Helper");
        RuleFor(help => help.Reason).Must(reason => reason is { } given && Enum.IsDefined(given)).WithErrorCode("Assistance.Reason");
    }
}

/// <summary>A round in which a helper may assist; others have no row, and so the database takes no notes of helpers in them.</summary>
internal sealed class AssistedRound
{
    public required long RoundId { get; init; }
}

/// <summary>How many voters were helped by a kind of helper for a kind of reason.</summary>
internal sealed class StoredHelpCount
{
    public required long RoundId { get; init; }

    public required HelperKind Helper { get; init; }

    public required HelpReason Reason { get; init; }

    public required int Count { get; init; }
}

internal sealed class AssistedRoundMapping : IEntityTypeConfiguration<AssistedRound>
{
    public void Configure(EntityTypeBuilder<AssistedRound> table)
    {
        table.ToTable("assisted_rounds");
        table.HasKey(round => round.RoundId);
        table.Property(round => round.RoundId).ValueGeneratedNever();
        table.HasOne<Round>().WithMany().HasForeignKey(round => round.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class StoredHelpCountMapping : IEntityTypeConfiguration<StoredHelpCount>
{
    public void Configure(EntityTypeBuilder<StoredHelpCount> table)
    {
        table.ToTable("help_counts", check => check.HasCheckConstraint("ck_help_counts_count", "count > 0"));
        table.HasKey(count => new { count.RoundId, count.Helper, count.Reason });
        table.Property(count => count.Helper).HasConversion<string>();
        table.Property(count => count.Reason).HasConversion<string>();
        table.HasOne<AssistedRound>().WithMany().HasForeignKey(count => count.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}
