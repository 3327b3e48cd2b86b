using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Following;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Evaluation;

internal sealed class EvaluationService(BudgetingContext context, UnitOfWork work, IAuthority authority, NewsLog news, AuditTrail audit) : IEvaluations
{
    public async Task<Outcome<Done>> AnswerAsync(Actor actor, long proposalId, EvaluationInput answer, CancellationToken cancellation)
    {
        var roundId = await context.Proposals.Where(proposal => proposal.Id == proposalId).Select(proposal => proposal.RoundId).FirstOrDefaultAsync(cancellation);
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        var proposal = await context.Proposals.FirstOrDefaultAsync(proposal => proposal.Id == proposalId, cancellation);
        if (proposal is null || proposal.Status is ProposalStatus.Draft or ProposalStatus.Withdrawn)
            return Refusal.NotFound;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        if (await authority.RefuseAsync(actor, round.RegionId, cancellation, Role.Evaluator, Role.Coordinator) is { } refusal)
            return refusal;
        var refusals = new EvaluationValidator().Refusals(answer);
        if (refusals.Count > 0)
            return refusals;
        var now = await work.NowAsync(cancellation);
        var phase = round.Schedule.PhaseAt(now);
        if (phase is < Phase.Proposing or >= Phase.Published or null)
            return Refusal.Of("Evaluation.Closed");
        if (phase >= Phase.Voting && (answer.Feasible || proposal.Answer is not null))
            return Refusal.Of("Evaluation.SheetFrozen");
        // The reason for which it was hidden is the answer to it, until it is shown again.
        if (proposal.HiddenAt is not null)
            return Refusal.Of("Evaluation.Hidden");
        if (answer.Revision is { } read && read != proposal.Revision)
            return Refusal.Of("Evaluation.ProposalChanged");
        proposal.Evaluate(answer, actor.AccountId, now);
        await news.AddAsync(NewsKind.ProposalAnswered, roundId, proposalId, now, cancellation);
        await audit.AppendAsync(actor, "proposal.answered", $"proposal {proposalId}",
            new { answer.Feasible, costCents = proposal.Answer!.Cost?.Cents, proposal.Answer.Reason }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<IReadOnlyList<ProposalView>> WaitingAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round
            || !await authority.HoldsAsync(actor, round.RegionId, cancellation, Role.Evaluator, Role.Coordinator))
            return [];
        var found = await (
            from proposal in context.Proposals.AsNoTracking()
            join author in context.Users on proposal.AuthorId equals author.Id
            where proposal.RoundId == roundId && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && proposal.HiddenAt == null && proposal.Answer == null
            orderby proposal.SubmittedAt, proposal.Id
            select new { proposal, author.DisplayName }).ToListAsync(cancellation);
        return [.. found.Select(row => row.proposal.ToView(row.DisplayName, actor.AccountId))];
    }
}

internal sealed class EvaluationValidator : AbstractValidator<EvaluationInput>
{
    public EvaluationValidator()
    {
        When(answer => answer.Feasible, () =>
        {
            RuleFor(answer => answer.Cost).NotNull().WithErrorCode("Evaluation.CostNeeded");
            RuleFor(answer => answer.Cost).Must(cost => cost > Money.Zero).WithErrorCode("Evaluation.CostNotPositive").When(answer => answer.Cost is not null);
            RuleFor(answer => answer.Cost).Must(cost => cost <= Money.Largest).WithErrorCode("Money.TooLarge")
                .WithState(_ => new object[] { Money.Largest }).When(answer => answer.Cost is not null);
            RuleFor(answer => answer.Reason).Text(0, 2_000, "Evaluation.ReasonTooLong", lines: true);
        }).Otherwise(() =>
        {
            RuleFor(answer => answer.Reason).Must(reason => !string.IsNullOrWhiteSpace(reason)).WithErrorCode("Evaluation.ReasonNeeded");
            RuleFor(answer => answer.Reason).Text(0, 2_000, "Evaluation.ReasonTooLong", lines: true);
        });
    }
}
