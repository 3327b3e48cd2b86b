using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Voting;

/// <summary>What happens once when voting opens: lots are drawn, sheets are frozen and hashed, the round gets its secret.</summary>
internal sealed class SheetFreezing(BudgetingContext context, UnitOfWork work, RoundSecrets secrets, Randomness randomness, AuditTrail audit)
{
    public async Task FreezeAsync(Round round, CancellationToken cancellation)
    {
        if (await context.BallotSheets.AnyAsync(sheet => sheet.RoundId == round.Id, cancellation))
            return;
        var now = await work.NowAsync(cancellation);
        // Nobody alone takes a project from the vote: while an appeal is open, what an official hid after it had been found feasible is on the sheet.
        var feasible = await context.Proposals.AsNoTracking()
            .Where(proposal => proposal.RoundId == round.Id && proposal.SubmittedAt != null && proposal.WithdrawnAt == null && proposal.Answer!.Feasible)
            .Where(proposal => proposal.HiddenAt == null || context.ModerationActs.Any(act =>
                act.ProposalId == proposal.Id && act.AttachmentId == null && act.Kind == ModerationKind.Hide && act.AppealedAt != null && act.DecidedAt == null))
            .OrderBy(proposal => proposal.Id)
            .ToListAsync(cancellation);
        List<StoredSheet> sheets = [];
        foreach (var heading in round.Headings.OrderBy(heading => heading.Position))
        {
            List<SheetProject> projects = [.. feasible
                .Where(proposal => proposal.HeadingId == heading.Id)
                .Select((proposal, index) => new SheetProject(index + 1, proposal.Id, proposal.Title, proposal.Language, proposal.Answer!.Cost!.Value))];
            var canonical = SheetText.Write(round.Id, heading, projects, randomness.Lot(projects.Count));
            sheets.Add(new() { HeadingId = heading.Id, RoundId = round.Id, Canonical = canonical, Hash = SheetText.HashOf(canonical), FrozenAt = now });
        }
        context.AddRange(sheets);
        secrets.Make(round.Id);
        await audit.AppendAsync(Actor.Platform, "sheets.frozen", $"round {round.Id}",
            sheets.Select(sheet => new { sheet.HeadingId, sheet.Hash }), cancellation);
    }
}
