using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Proposals;

internal sealed class ProposalService(BudgetingContext context, UnitOfWork work, IAuthority authority, IAttempts attempts, LiveAccounts live, NewsLog news, Followers followers) : IProposals
{
    public async Task<Outcome<long>> WriteAsync(Actor actor, long roundId, ProposalInput input, Guid writing, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } authorId)
            return Refusal.Of("SignIn.Needed");
        if (await attempts.CountAsync(AttemptKind.ProposalByAccount, $"{authorId}", cancellation) is { } tooMany)
            return tooMany;
        var refusals = new ProposalValidator().Refusals(input);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is null)
            return Refusal.Of("SignIn.Needed");
        var earlier = await context.Proposals.AsNoTracking()
            .FirstOrDefaultAsync(proposal => proposal.AuthorId == authorId && proposal.Writing == writing, cancellation);
        if (earlier is not null)
            return earlier.Id;
        var now = await work.NowAsync(cancellation);
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round || round.Schedule.PhaseAt(now) is null)
            return Refusal.NotFound;
        if (round.Schedule.PhaseAt(now) != Phase.Proposing)
            return Refusal.Of("Proposal.NotOpen");
        if (round.Headings.All(heading => heading.Id != input.HeadingId))
            refusals.Add(Refusal.Of("Proposal.Heading", nameof(input.HeadingId)));
        if (refusals.Count > 0)
            return refusals;
        var proposal = new Proposal(roundId, authorId, writing, input, now);
        context.Add(proposal);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return proposal.Id;
    }

    public Task<Outcome<Done>> ChangeAsync(Actor actor, long proposalId, ProposalInput input, CancellationToken cancellation) =>
        OwnAsync(actor, proposalId, (proposal, round, _) =>
        {
            var refusals = new ProposalValidator().Refusals(input);
            if (round.Headings.All(heading => heading.Id != input.HeadingId))
                refusals.Add(Refusal.Of("Proposal.Heading", nameof(input.HeadingId)));
            if (refusals.Count > 0)
                return refusals;
            proposal.Change(input);
            return Done.It;
        }, cancellation, NewsKind.ProposalChanged);

    public Task<Outcome<Done>> SubmitAsync(Actor actor, long proposalId, CancellationToken cancellation) =>
        OwnAsync(actor, proposalId, (proposal, _, now) =>
        {
            proposal.Submit(now);
            return Done.It;
        }, cancellation, follow: true);

    public Task<Outcome<Done>> WithdrawAsync(Actor actor, long proposalId, CancellationToken cancellation) =>
        OwnAsync(actor, proposalId, (proposal, _, now) =>
        {
            proposal.Withdraw(now);
            return Done.It;
        }, cancellation, NewsKind.ProposalWithdrawn);

    public async Task<ProposalView?> FindAsync(Actor actor, long proposalId, CancellationToken cancellation)
    {
        var found = await (
            from proposal in context.Proposals.AsNoTracking()
            join author in context.Users on proposal.AuthorId equals author.Id
            where proposal.Id == proposalId
            select new { proposal, author.DisplayName }).FirstOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var view = found.proposal.ToView(found.DisplayName, actor.AccountId);
        if (!view.Own && view.Status is (ProposalStatus.Draft or ProposalStatus.Withdrawn))
            return null;
        if (view.Hidden is null && !await context.Attachments.AnyAsync(attachment => attachment.ProposalId == proposalId && attachment.HiddenAt != null, cancellation))
            return view;
        var regionId = await context.Rounds.Where(round => round.Id == view.RoundId).Select(round => round.RegionId).FirstAsync(cancellation);
        view = view with { Moderates = await authority.HoldsAsync(actor, regionId, cancellation, Role.Coordinator, Role.Administrator) };
        return view.Readable ? view : view with { Title = "", Text = "", Place = null, AuthorName = "", Evaluation = null };
    }

    public async Task<ProposalList> SearchAsync(ProposalFilter filter, CancellationToken cancellation)
    {
        var found = context.Proposals.AsNoTracking()
            .Where(proposal => proposal.RoundId == filter.RoundId && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && proposal.HiddenAt == null);
        if (filter.HeadingId is { } headingId)
            found = found.Where(proposal => proposal.HeadingId == headingId);
        if (filter.Language is { Length: > 0 } language)
            found = found.Where(proposal => proposal.Language == language);
        found = filter.Status switch
        {
            ProposalStatus.Submitted => found.Where(proposal => proposal.Answer == null),
            ProposalStatus.Feasible => found.Where(proposal => proposal.Answer!.Feasible),
            ProposalStatus.NotFeasible => found.Where(proposal => proposal.Answer != null && !proposal.Answer.Feasible),
            _ => found,
        };
        foreach (var word in (filter.Words ?? "").Replace('\0', ' ').ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(10))
            found = found.Where(proposal => proposal.SearchText.Contains(word));
        var size = Math.Clamp(filter.PageSize, 1, 100);
        var page = Math.Clamp(filter.Page, 1, 1_000_000);
        var total = await found.CountAsync(cancellation);
        var shown = await (
            from proposal in found
            join author in context.Users on proposal.AuthorId equals author.Id
            orderby proposal.SubmittedAt, proposal.Id
            select new { proposal, author.DisplayName }).Skip((page - 1) * size).Take(size).ToListAsync(cancellation);
        return new([.. shown.Select(row => row.proposal.ToView(row.DisplayName, null))], total, page, size);
    }

    public async Task<IReadOnlyList<ProposalView>> OwnAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } authorId)
            return [];
        var found = await (
            from proposal in context.Proposals.AsNoTracking()
            join author in context.Users on proposal.AuthorId equals author.Id
            where proposal.AuthorId == authorId
            orderby proposal.Id descending
            select new { proposal, author.DisplayName }).ToListAsync(cancellation);
        return [.. found.Select(row => row.proposal.ToView(row.DisplayName, authorId))];
    }

    private async Task<Outcome<Done>> OwnAsync(
        Actor actor, long proposalId, Func<Proposal, Round, DateTimeOffset, Outcome<Done>> act, CancellationToken cancellation, NewsKind? told = null, bool follow = false)
    {
        if (actor.AccountId is not { } authorId)
            return Refusal.Of("SignIn.Needed");
        var roundId = await context.Proposals.Where(proposal => proposal.Id == proposalId).Select(proposal => proposal.RoundId).FirstOrDefaultAsync(cancellation);
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await live.HoldAsync(actor, cancellation) is null)
            return Refusal.Of("SignIn.Needed");
        var proposal = await context.Proposals.FirstOrDefaultAsync(proposal => proposal.Id == proposalId && proposal.AuthorId == authorId, cancellation);
        if (proposal is null || proposal.Status == ProposalStatus.Withdrawn)
            return Refusal.NotFound;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        var now = await work.NowAsync(cancellation);
        if (round.Schedule.PhaseAt(now) != Phase.Proposing)
            return Refusal.Of("Proposal.NotOpen");
        // An answer was given to the words as they stood.
        if (proposal.Answer is not null)
            return Refusal.Of("Proposal.Answered");
        var first = proposal.SubmittedAt is null;
        var outcome = act(proposal, round, now);
        if (outcome.Granted)
        {
            // Whoever proposes something wants to hear the answer. That they follow enough already is no reason not to submit.
            if (follow && first)
                await followers.AddAsync(authorId, roundId, proposalId, now, cancellation);
            // Of what nobody else has seen nobody is told.
            if (told is { } kind && proposal is { SubmittedAt: not null, HiddenAt: null })
                await news.AddAsync(kind, roundId, proposalId, now, cancellation);
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        else
        {
            context.ChangeTracker.Clear();
        }
        return outcome;
    }
}

internal sealed class ProposalValidator : AbstractValidator<ProposalInput>
{
    public ProposalValidator()
    {
        RuleFor(proposal => proposal.Language).Must(language => Languages.All.Contains(language)).WithErrorCode("Proposal.Language");
        RuleFor(proposal => proposal.Title).Text(5, 100, "Proposal.Title");
        RuleFor(proposal => proposal.Text).Text(30, 5_000, "Proposal.Text", lines: true);
        RuleFor(proposal => proposal.Place).Text(0, 120, "Proposal.Place");
    }
}
