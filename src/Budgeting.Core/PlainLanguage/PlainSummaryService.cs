using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.PlainLanguage;

internal sealed class PlainSummaryService(BudgetingContext context, UnitOfWork work, IAuthority authority, AuditTrail audit) : IPlainSummaries
{
    public async Task<PlainSummaries> OfRoundAsync(long roundId, CancellationToken cancellation) => new(
        await context.RoundPlainSummaries.Where(summary => summary.RoundId == roundId).Select(summary => summary.Text).FirstOrDefaultAsync(cancellation),
        await (
            from summary in context.ProposalPlainSummaries
            join proposal in context.Proposals on summary.ProposalId equals proposal.Id
            where proposal.RoundId == roundId && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && proposal.HiddenAt == null
            select summary).AsNoTracking().ToDictionaryAsync(summary => summary.ProposalId, summary => summary.Text, cancellation));

    public Task<Outcome<Done>> WriteRoundAsync(Actor actor, long roundId, LocalizedText text, CancellationToken cancellation) =>
        WriteAsync(actor, roundId, text, $"round {roundId}", async () =>
        {
            await context.RoundPlainSummaries.Where(summary => summary.RoundId == roundId).ExecuteDeleteAsync(cancellation);
            if (text.Fi.Length > 0)
                context.Add(new RoundPlainSummary { RoundId = roundId, Text = text });
        }, cancellation);

    public async Task<Outcome<Done>> WriteProposalAsync(Actor actor, long proposalId, LocalizedText text, CancellationToken cancellation)
    {
        var roundId = await context.Proposals.Where(proposal => proposal.Id == proposalId && proposal.SubmittedAt != null && proposal.WithdrawnAt == null)
            .Select(proposal => (long?)proposal.RoundId).FirstOrDefaultAsync(cancellation);
        if (roundId is not { } id)
            return Refusal.NotFound;
        return await WriteAsync(actor, id, text, $"proposal {proposalId}", async () =>
        {
            await context.ProposalPlainSummaries.Where(summary => summary.ProposalId == proposalId).ExecuteDeleteAsync(cancellation);
            if (text.Fi.Length > 0)
                context.Add(new ProposalPlainSummary { ProposalId = proposalId, Text = text });
        }, cancellation);
    }

    private async Task<Outcome<Done>> WriteAsync(Actor actor, long roundId, LocalizedText text, string subject, Func<Task> write, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        if (await authority.RefuseAsync(actor, round.RegionId, cancellation, Role.Coordinator, Role.Evaluator) is { } refusal)
            return refusal;
        if (round.Frozen(await work.NowAsync(cancellation)))
            return Refusal.Of("Plain.Frozen");
        var refusals = new PlainSummaryValidator().Refusals(new(text));
        if (refusals.Count > 0)
            return refusals;
        await write();
        await audit.AppendAsync(actor, "plainSummary.written", subject, new { text }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }
}

internal sealed record PlainSummaryInput(LocalizedText Text);

internal sealed class PlainSummaryValidator : AbstractValidator<PlainSummaryInput>
{
    public PlainSummaryValidator() =>
        // Without any text there is no summary.
        When(input => input.Text.Fi.Length > 0 || !string.IsNullOrWhiteSpace(input.Text.Sv) || !string.IsNullOrWhiteSpace(input.Text.En), () =>
            RuleFor(input => input.Text).Text(PlainSummaries.Shortest, PlainSummaries.Longest, "Plain.Text", lines: true));
}

/// <summary>A round in plain language.</summary>
internal sealed class RoundPlainSummary
{
    public required long RoundId { get; init; }

    public required LocalizedText Text { get; init; }
}

/// <summary>A proposal in plain language.</summary>
internal sealed class ProposalPlainSummary
{
    public required long ProposalId { get; init; }

    public required LocalizedText Text { get; init; }
}

internal sealed class RoundPlainSummaryMapping : IEntityTypeConfiguration<RoundPlainSummary>
{
    public void Configure(EntityTypeBuilder<RoundPlainSummary> table)
    {
        table.ToTable("round_plain_summaries");
        table.HasKey(summary => summary.RoundId);
        table.Property(summary => summary.RoundId).ValueGeneratedNever();
        table.HasOne<Round>().WithMany().HasForeignKey(summary => summary.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ProposalPlainSummaryMapping : IEntityTypeConfiguration<ProposalPlainSummary>
{
    public void Configure(EntityTypeBuilder<ProposalPlainSummary> table)
    {
        table.ToTable("proposal_plain_summaries");
        table.HasKey(summary => summary.ProposalId);
        table.Property(summary => summary.ProposalId).ValueGeneratedNever();
        table.HasOne<Proposal>().WithMany().HasForeignKey(summary => summary.ProposalId).OnDelete(DeleteBehavior.Cascade);
    }
}
