using Budgeting.Core.Attachments;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Moderation;

internal sealed class ModerationService(
    BudgetingContext context, UnitOfWork work, DatabaseDialect dialect, IAuthority authority, AuditTrail audit, IAttempts attempts, LiveAccounts live,
    IModerationListener listener, NewsLog news, Outbox outbox, TimeProvider time) : IModeration
{
    private static readonly Role[] Moderators = [Role.Coordinator, Role.Administrator];

    // The log is read by officials, and an author may be one: it says that somebody reported, not who.
    private static readonly Actor Reporter = new(null, "a person who reported");

    public async Task<Outcome<Done>> ReportAsync(Actor actor, long proposalId, ReportInput report, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } reporterId)
            return Refusal.Of("SignIn.Needed");
        var refusals = new ReportValidator().Refusals(report);
        if (refusals.Count > 0)
            return refusals;
        // Before the transaction: the count is written over a connection of its own.
        if (await attempts.CountAsync(AttemptKind.ReportByAccount, $"{reporterId}", cancellation) is { } tooMany)
            return tooMany;
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is null)
            return Refusal.Of("SignIn.Needed");
        if (await context.Proposals.AsNoTracking().FirstOrDefaultAsync(proposal => proposal.Id == proposalId, cancellation) is not { } proposal
            || proposal.Status is ProposalStatus.Draft or ProposalStatus.Withdrawn || proposal.HiddenAt is not null)
            return Refusal.NotFound;
        if (report.AttachmentId is { } attachmentId
            && !await context.Attachments.AnyAsync(attachment => attachment.Id == attachmentId && attachment.ProposalId == proposalId && attachment.HiddenAt == null, cancellation))
            return Refusal.NotFound;
        if (proposal.AuthorId == reporterId)
            return Refusal.Of("Report.Own");
        if (await context.Reports.AnyAsync(earlier => earlier.ProposalId == proposalId && earlier.ReporterId == reporterId, cancellation))
            return Refusal.Of("Report.Already");
        var words = string.IsNullOrWhiteSpace(report.Words) ? null : report.Words.ReplaceLineEndings("\n").Trim();
        context.Add(new Report(proposalId, reporterId, report.AttachmentId, report.Category!.Value, words, await work.NowAsync(cancellation)));
        await audit.AppendAsync(Reporter, "proposal.reported", Subject(proposalId), new { category = $"{report.Category}", report.AttachmentId }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<ModerationQueue>> QueueAsync(Actor actor, ModerationFilter filter, CancellationToken cancellation)
    {
        var somewhere = await authority.RegionsAsync(actor, cancellation, Moderators);
        if (!somewhere.Granted)
            return Outcome<ModerationQueue>.Refused(somewhere.Refusals);
        var regions = await ModeratedAsync(actor, cancellation);
        var chosen = regions.Where(region => filter.RegionId is null || region.Id == filter.RegionId).Select(region => region.Id).ToList();
        var settled = filter.State == ModerationState.Settled;
        var cases =
            from proposal in context.Proposals.AsNoTracking()
            join round in context.Rounds on proposal.RoundId equals round.Id
            where chosen.Contains(round.RegionId)
            select new
            {
                Proposal = proposal,
                round.RegionId,
                Reports = context.Reports.Count(report => report.ProposalId == proposal.Id && (settled || report.ActId == null)),
                Appeals = context.ModerationActs.Count(act => act.ProposalId == proposal.Id && act.AppealedAt != null && act.DecidedAt == null),
                Acts = context.ModerationActs.Count(act => act.ProposalId == proposal.Id),
                LatestReport = context.Reports.Where(report => report.ProposalId == proposal.Id).Max(report => (DateTimeOffset?)report.At),
                LatestAppeal = context.ModerationActs.Where(act => act.ProposalId == proposal.Id && act.DecidedAt == null).Max(act => act.AppealedAt),
            };
        cases = filter.State switch
        {
            ModerationState.Reported => cases.Where(found => found.Reports > 0),
            ModerationState.Appealed => cases.Where(found => found.Appeals > 0),
            _ => cases.Where(found => found.Acts > 0 && found.Appeals == 0 && !context.Reports.Any(report => report.ProposalId == found.Proposal.Id && report.ActId == null)),
        };
        if (filter.Category is { } category)
            cases = cases.Where(found => context.Reports.Any(report => report.ProposalId == found.Proposal.Id && report.Category == category && (settled || report.ActId == null)));
        var total = await cases.CountAsync(cancellation);
        var size = Math.Clamp(filter.PageSize, 1, 100);
        var page = Math.Clamp(filter.Page, 1, 1_000_000);
        var ordered = filter switch
        {
            { MostReportedFirst: true } => cases.OrderByDescending(found => found.Reports).ThenByDescending(found => found.LatestReport),
            { State: ModerationState.Appealed } => cases.OrderBy(found => found.LatestAppeal),
            _ => cases.OrderByDescending(found => found.LatestReport),
        };
        var shown = await ordered.ThenByDescending(found => found.Proposal.Id).Skip((page - 1) * size).Take(size).ToListAsync(cancellation);
        var ids = shown.Select(found => found.Proposal.Id).ToList();
        var roundIds = shown.Select(found => found.Proposal.RoundId).Distinct().ToList();
        var reports = (await context.Reports.AsNoTracking().Where(report => ids.Contains(report.ProposalId) && (settled || report.ActId == null))
            .Select(report => new { report.ProposalId, report.Category }).Distinct().ToListAsync(cancellation)).ToLookup(report => report.ProposalId, report => report.Category);
        var rounds = await context.Rounds.AsNoTracking().Where(round => roundIds.Contains(round.Id)).ToDictionaryAsync(round => round.Id, cancellation);
        var names = regions.ToDictionary(region => region.Id, region => region.Name);
        var now = time.GetUtcNow();
        return new ModerationQueue(
            [.. shown.Select(found => new ModerationSummary(
                found.Proposal.Id, found.Proposal.Title, found.Proposal.Language, names[found.RegionId], found.Reports, [.. reports[found.Proposal.Id].Order()],
                (filter.State == ModerationState.Appealed ? found.LatestAppeal : found.LatestReport) ?? found.Proposal.WrittenAt, found.Proposal.HiddenAt is not null,
                found.Proposal.Answer is { Feasible: true } && !rounds[found.Proposal.RoundId].Frozen(now), rounds[found.Proposal.RoundId].Schedule.StartOf(Phase.Voting)))],
            total, page, size, regions);
    }

    public async Task<ModerationCase?> FindCaseAsync(Actor actor, long proposalId, CancellationToken cancellation)
    {
        if (await context.Proposals.AsNoTracking().FirstOrDefaultAsync(proposal => proposal.Id == proposalId, cancellation) is not { } proposal)
            return null;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == proposal.RoundId, cancellation);
        if (!await authority.HoldsAsync(actor, round.RegionId, cancellation, Moderators))
            return null;
        var reports = await context.Reports.AsNoTracking().Where(report => report.ProposalId == proposalId).OrderByDescending(report => report.At).ToListAsync(cancellation);
        var acts = await context.ModerationActs.AsNoTracking().Where(act => act.ProposalId == proposalId).OrderByDescending(act => act.Id).ToListAsync(cancellation);
        if (reports.Count == 0 && acts.Count == 0)
            return null;
        var isAuthor = proposal.AuthorId == actor.AccountId;
        return new(
            proposalId, round.RegionId, [.. reports.Select(report => report.ToView())], [.. Views(acts, proposal.Title, isAuthor, actor.AccountId)],
            CanAskToChange: round.Schedule.PhaseAt(time.GetUtcNow()) == Phase.Proposing && proposal.Answer is null,
            CanAct: !isAuthor && !acts.Exists(act => act.AppealOpen)
                && (reports.Exists(report => report.ActId is null) || proposal.HiddenAt is not null
                    || await context.Attachments.AnyAsync(attachment => attachment.ProposalId == proposalId && attachment.HiddenAt != null, cancellation)),
            round.Schedule.StartOf(Phase.Voting));
    }

    public async Task<Outcome<Done>> ActAsync(Actor actor, IReadOnlyList<long> proposalIds, ModerationInput input, CancellationToken cancellation)
    {
        var ids = proposalIds.Distinct().Order().ToList();
        if (await RefuseOfficialAsync(actor, ids, cancellation) is { } refused)
            return refused;
        var refusals = new ModerationValidator().Refusals(input);
        if (ids.Count is 0 or > ModerationInput.Most || (input.AttachmentId is not null && ids.Count > 1))
            refusals.Add(Refusal.Of("Moderation.NoneChosen", null, ModerationInput.Most));
        if (refusals.Count > 0)
            return refusals;
        var roundIds = await context.Proposals.Where(proposal => ids.Contains(proposal.Id)).Select(proposal => proposal.RoundId).Distinct().Order().ToListAsync(cancellation);
        if (roundIds.Count == 0)
            return Refusal.NotFound;
        outbox.Ready();
        // The lock of a round, since freezing its sheets asks what is hidden; of several always in the same order.
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundIds[0]), cancellation);
        foreach (var roundId in roundIds.Skip(1))
            await dialect.LockAsync(context, UnitOfWork.RoundLock(roundId), cancellation);
        var now = await work.NowAsync(cancellation);
        var rounds = await context.Rounds.AsNoTracking().Where(round => roundIds.Contains(round.Id)).ToDictionaryAsync(round => round.Id, cancellation);
        var proposals = await context.Proposals.Where(proposal => ids.Contains(proposal.Id)).ToListAsync(cancellation);
        if (proposals.Count < ids.Count)
            return Refusal.NotFound;
        List<ModerationAct> acts = [];
        foreach (var proposal in proposals.OrderBy(proposal => proposal.Id))
        {
            var round = rounds[proposal.RoundId];
            if (await RefuseAsync(proposal, input, actor, round.Schedule.PhaseAt(now), cancellation) is { } refusal)
            {
                context.ChangeTracker.Clear();
                return refusal;
            }
            var act = new ModerationAct(proposal.Id, input, actor.AccountId!.Value, now);
            acts.Add(act);
            context.Add(act);
            await CarryOutAsync(proposal, act, hide: act.Kind == ModerationKind.Hide, now, cancellation);
        }
        await context.SaveChangesAsync(cancellation);
        foreach (var act in acts)
        {
            await context.Reports
                .Where(report => report.ProposalId == act.ProposalId && report.ActId == null && (act.AttachmentId == null || report.AttachmentId == act.AttachmentId))
                .ExecuteUpdateAsync(set => set.SetProperty(report => report.ActId, act.Id), cancellation);
            var proposal = proposals.First(proposal => proposal.Id == act.ProposalId);
            await listener.ToldAsync(proposal.AuthorId, act.ToView(proposal.Title, latest: true, isAuthor: true, officialId: null), cancellation);
            await audit.AppendAsync(actor, "proposal.moderated", Subject(act.ProposalId),
                new { kind = $"{act.Kind}", category = act.Category?.ToString(), act.Reason, act.AttachmentId }, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Done.It;
    }

    public async Task<Outcome<Done>> AppealAsync(Actor actor, long actId, string words, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } authorId)
            return Refusal.Of("SignIn.Needed");
        return await WithActAsync(actId, async (act, proposal, round, now) =>
        {
            if (await live.HoldAsync(actor, cancellation) is null)
                return Refusal.Of("SignIn.Needed");
            if (proposal.AuthorId != authorId)
                return Refusal.NotFound;
            if (!Validation.Fits(words, 10, 2_000, lines: true))
                return Refusal.Of("Appeal.Words", nameof(words), 10, 2_000);
            if (await context.ModerationActs.AnyAsync(
                later => later.ProposalId == act.ProposalId && later.AttachmentId == act.AttachmentId && later.Id > act.Id, cancellation))
                return Refusal.Of("Appeal.NothingToAppeal");
            var appealed = act.Appeal(words.ReplaceLineEndings("\n"), now);
            if (appealed.Granted)
                await audit.AppendAsync(actor, "moderation.appealed", Subject(proposal.Id), new { act = act.Id }, cancellation);
            return appealed;
        }, cancellation);
    }

    public async Task<Outcome<Done>> DecideAppealAsync(Actor actor, long actId, AppealDecision decision, CancellationToken cancellation)
    {
        return await WithActAsync(actId, async (act, proposal, round, now) =>
        {
            // An appeal is decided by a person, not by the platform.
            if (actor.AccountId is not { } officialId)
                return Refusal.Forbidden;
            if (await authority.RefuseAsync(actor, round.RegionId, cancellation, Moderators) is { } refused)
                return refused;
            var refusals = new AppealDecisionValidator().Refusals(decision);
            if (refusals.Count > 0)
                return refusals;
            if (proposal.AuthorId == officialId)
                return Refusal.Of("Moderation.Own", null, proposal.Id);
            var decided = act.Decide(decision, officialId, now);
            if (!decided.Granted)
                return decided;
            if (act.ActStands == false && act.Kind == ModerationKind.Hide)
                await CarryOutAsync(proposal, act, hide: false, now, cancellation);
            await listener.ToldAsync(proposal.AuthorId, act.ToView(proposal.Title, latest: true, isAuthor: true, officialId: null), cancellation);
            await audit.AppendAsync(actor, "appeal.decided", Subject(proposal.Id), new { act = act.Id, act.ActStands, reason = act.DecisionReason }, cancellation);
            return decided;
        }, cancellation);
    }

    public async Task<IReadOnlyList<ModerationActView>> OwnAsync(Actor actor, long? proposalId, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } authorId)
            return [];
        var found = await (
            from act in context.ModerationActs.AsNoTracking()
            join proposal in context.Proposals on act.ProposalId equals proposal.Id
            where proposal.AuthorId == authorId && (proposalId == null || proposal.Id == proposalId)
            orderby act.Id descending
            select new { act, proposal.Title }).ToListAsync(cancellation);
        return [.. found.GroupBy(row => (row.act.ProposalId, row.Title))
            .SelectMany(group => Views([.. group.Select(row => row.act)], group.Key.Title, isAuthor: true, officialId: null))
            .OrderByDescending(act => act.Id)];
    }

    /// <summary>Acts, newest first, as shown: of those on the same thing only the newest is in force.</summary>
    private static IEnumerable<ModerationActView> Views(IReadOnlyList<ModerationAct> acts, string title, bool isAuthor, long? officialId)
    {
        HashSet<long> replaced = [];
        foreach (var act in acts)
            yield return act.ToView(title, replaced.Add(act.AttachmentId ?? 0), isAuthor, officialId);
    }

    private async Task<Refusal?> RefuseAsync(Proposal proposal, ModerationInput input, Actor actor, Phase? phase, CancellationToken cancellation)
    {
        if (proposal.Status is ProposalStatus.Draft or ProposalStatus.Withdrawn)
            return Refusal.NotFound;
        if (proposal.AuthorId == actor.AccountId)
            return Refusal.Of("Moderation.Own", null, proposal.Id);
        if (await context.ModerationActs.AnyAsync(act => act.ProposalId == proposal.Id && act.AppealedAt != null && act.DecidedAt == null, cancellation))
            return Refusal.Of("Moderation.AppealOpen", null, proposal.Id);
        var attachment = input.AttachmentId is null ? null
            : await context.Attachments.FirstOrDefaultAsync(found => found.Id == input.AttachmentId && found.ProposalId == proposal.Id, cancellation);
        if (input.AttachmentId is not null && attachment is null)
            return Refusal.NotFound;
        var hidden = input.AttachmentId is null ? proposal.HiddenAt is not null : attachment!.HiddenAt is not null;
        if (!hidden && !await context.Reports.AnyAsync(report => report.ProposalId == proposal.Id && report.ActId == null, cancellation))
            return Refusal.Of("Moderation.NothingReported", null, proposal.Id);
        return input.Kind switch
        {
            ModerationKind.Hide when hidden => Refusal.Of("Moderation.AlreadyHidden", null, proposal.Id),
            ModerationKind.AskToChange when phase != Phase.Proposing || proposal.Answer is not null || hidden => Refusal.Of("Moderation.CannotChange", null, proposal.Id),
            _ => null,
        };
    }

    private async Task CarryOutAsync(Proposal proposal, ModerationAct act, bool hide, DateTimeOffset now, CancellationToken cancellation)
    {
        if (act.AttachmentId is not { } attachmentId)
        {
            var shown = proposal.HiddenAt is null;
            if (hide)
                proposal.Hide(act.Category!.Value, now);
            else if (act.Kind != ModerationKind.AskToChange)
                proposal.Show();
            if (shown != proposal.HiddenAt is null)
                await news.AddAsync(shown ? NewsKind.ProposalHidden : NewsKind.ProposalShown, proposal.RoundId, proposal.Id, now, cancellation);
        }
        else if (await context.Attachments.FirstOrDefaultAsync(found => found.Id == attachmentId, cancellation) is { } attachment)
        {
            if (hide)
                attachment.Hide(now);
            else if (act.Kind != ModerationKind.AskToChange)
                attachment.Show();
        }
    }

    private async Task<Outcome<Done>> WithActAsync(
        long actId, Func<ModerationAct, Proposal, Round, DateTimeOffset, Task<Outcome<Done>>> change, CancellationToken cancellation)
    {
        var roundId = await (
            from act in context.ModerationActs
            join proposal in context.Proposals on act.ProposalId equals proposal.Id
            where act.Id == actId
            select proposal.RoundId).FirstOrDefaultAsync(cancellation);
        outbox.Ready();
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await context.ModerationActs.FirstOrDefaultAsync(act => act.Id == actId, cancellation) is not { } found)
            return Refusal.NotFound;
        var moderated = await context.Proposals.FirstAsync(proposal => proposal.Id == found.ProposalId, cancellation);
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        var outcome = await change(found, moderated, round, await work.NowAsync(cancellation));
        if (outcome.Granted)
        {
            await transaction.CommitAsync(cancellation);
            outbox.Ring();
        }
        else
        {
            context.ChangeTracker.Clear();
        }
        return outcome;
    }

    /// <summary>Why the actor may not act on these proposals; null when they may on all of them. What was chosen wrongly is said later, and to officials only.</summary>
    private async Task<Refusal?> RefuseOfficialAsync(Actor actor, IReadOnlyList<long> proposalIds, CancellationToken cancellation)
    {
        // An act is a person's, not the platform's.
        if (actor.AccountId is null)
            return Refusal.Forbidden;
        if ((await authority.RegionsAsync(actor, cancellation, Moderators)) is { Granted: false } nowhere)
            return nowhere.Refusals[0];
        var regionIds = await context.Proposals.Where(proposal => proposalIds.Contains(proposal.Id))
            .Join(context.Rounds, proposal => proposal.RoundId, round => round.Id, (_, round) => round.RegionId).Distinct().ToListAsync(cancellation);
        foreach (var regionId in regionIds)
        {
            if (await authority.RefuseAsync(actor, regionId, cancellation, Moderators) is { } refusal)
                return refusal;
        }
        return null;
    }

    private async Task<IReadOnlyList<ModeratedRegion>> ModeratedAsync(Actor actor, CancellationToken cancellation)
    {
        var regions = await (
            from region in context.Regions.AsNoTracking()
            where context.Rounds.Any(round => round.RegionId == region.Id
                && context.Proposals.Any(proposal => proposal.RoundId == round.Id && context.Reports.Any(report => report.ProposalId == proposal.Id)))
            select new { region.Id, region.Name }).ToListAsync(cancellation);
        List<ModeratedRegion> moderated = [];
        foreach (var region in regions)
        {
            if (await authority.HoldsAsync(actor, region.Id, cancellation, Moderators))
                moderated.Add(new(region.Id, region.Name));
        }
        return moderated;
    }

    private static string Subject(long proposalId) => $"proposal {proposalId}";
}
