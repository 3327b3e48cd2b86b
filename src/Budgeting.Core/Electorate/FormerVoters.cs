using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Electorate;

/// <summary>
/// Under which account somebody may have voted by declaration before it was deleted. Whoever opens an account with the same address again votes, in the rounds
/// that were in voting then, under the same key: the new ballot takes the place of the old.
/// </summary>
internal sealed class FormerVoter
{
    public long AccountId { get; init; }

    /// <summary>The address under the register key; what it was cannot be told from this.</summary>
    public required byte[] Address { get; init; }

    public DateTimeOffset LeftAt { get; init; }
}

internal sealed class FormerVoterMapping : IEntityTypeConfiguration<FormerVoter>
{
    public void Configure(EntityTypeBuilder<FormerVoter> table)
    {
        table.ToTable("former_voters");
        table.HasKey(former => former.AccountId);
        table.Property(former => former.AccountId).ValueGeneratedNever();
        table.HasIndex(former => former.Address);
        table.HasOne<Account>().WithMany().HasForeignKey(former => former.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class FormerVoters(BudgetingContext context, RegisterKeys keys)
{
    /// <summary>The account under whose number somebody votes in a round by declaration: their own, or the first one with their address that was deleted since voting began.</summary>
    /// <returns>Its number, or <c>Electorate.ConfirmAddress</c>: somebody else may have given that address.</returns>
    public async Task<Outcome<long>> VotesAsAsync(long accountId, string? address, bool confirmed, Round round, CancellationToken cancellation)
    {
        if (address is null || !await context.FormerVoters.AnyAsync(cancellation))
            return accountId;
        var hash = (await keys.GetAsync(cancellation)).Address(address);
        var opened = round.Schedule.StartOf(Phase.Voting)!.Value;
        var former = await context.FormerVoters.Where(former => former.Address == hash && former.LeftAt >= opened)
            .OrderBy(former => former.LeftAt).ThenBy(former => former.AccountId).Select(former => (long?)former.AccountId).FirstOrDefaultAsync(cancellation);
        if (former is not { } id)
            return accountId;
        return confirmed ? id : Refusal.Of("Electorate.ConfirmAddress");
    }

    /// <summary>The rounds that are in voting at an instant.</summary>
    public async Task<IReadOnlyList<Round>> InVotingAsync(DateTimeOffset now, CancellationToken cancellation) =>
        [.. (await context.Rounds.AsNoTracking().ToListAsync(cancellation)).Where(round => round.Schedule.PhaseAt(now) == Phase.Voting)];

    /// <summary>Deletes those since whose leaving no round has stayed in voting.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var opened = (await InVotingAsync(now, cancellation)).Select(round => round.Schedule.StartOf(Phase.Voting)!.Value).DefaultIfEmpty(now).Min();
        return await context.FormerVoters.Where(former => former.LeftAt < opened).ExecuteDeleteAsync(cancellation);
    }
}
