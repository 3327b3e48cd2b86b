using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Attachments;

internal sealed class AttachmentService(
    BudgetingContext context, UnitOfWork work, IProposals proposals, IAttempts attempts, LiveAccounts live, NewsLog news, AuditTrail audit, IOptions<AttachmentOptions> options) : IAttachments
{
    private readonly AttachmentOptions _limits = options.Value;

    public async Task<Outcome<long>> AddAsync(Actor actor, long proposalId, string description, Stream file, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } authorId)
            return Refusal.Of("SignIn.Needed");
        // Whose it is is asked before anything of the file is read or counted.
        if (!await context.Proposals.AnyAsync(proposal => proposal.Id == proposalId && proposal.AuthorId == authorId && proposal.WithdrawnAt == null, cancellation))
            return Refusal.NotFound;
        if (await attempts.CountAsync(AttemptKind.UploadByAccount, $"{authorId}", cancellation) is { } tooMany)
            return tooMany;
        List<Refusal> refusals = [];
        var words = description.Trim();
        if (!Validation.Fits(words, 3, 250))
            refusals.Add(Refusal.Of("Attachment.Description", nameof(description), 3, 250));
        var cleaned = await CleanAsync(file, cancellation);
        refusals.AddRange(cleaned.Refusals);
        if (refusals.Count > 0)
            return refusals;
        var (type, bytes, width, height) = cleaned.Value;
        var hash = SHA256.HashData(bytes);

        var roundId = await context.Proposals.Where(proposal => proposal.Id == proposalId).Select(proposal => proposal.RoundId).FirstAsync(cancellation);
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        if (await live.HoldAsync(actor, cancellation) is null)
            return Refusal.Of("SignIn.Needed");
        var proposal = await context.Proposals.FirstAsync(proposal => proposal.Id == proposalId, cancellation);
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        var now = await work.NowAsync(cancellation);
        if (proposal.WithdrawnAt is not null)
            return Refusal.NotFound;
        if (round.Schedule.PhaseAt(now) != Phase.Proposing)
            return Refusal.Of("Proposal.NotOpen");
        if (proposal.Answer is not null)
            return Refusal.Of("Proposal.Answered");
        var others = await context.Attachments.AsNoTracking().Where(other => other.ProposalId == proposalId)
            .Select(other => new { other.Id, other.Position, other.Hash }).ToListAsync(cancellation);
        if (others.Find(other => other.Hash.AsSpan().SequenceEqual(hash)) is { } same)
            return same.Id;
        if (others.Count >= _limits.MaximumCount)
            return Refusal.Of("Attachment.TooMany", "file", _limits.MaximumCount);
        var position = Enumerable.Range(1, AttachmentOptions.MostCount).First(free => others.TrueForAll(other => other.Position != free));
        var attachment = new Attachment(proposalId, position, type, words, bytes.Length, hash, width, height, now);
        context.Add(attachment);
        // An answer is given to what was read, and this was not there.
        proposal.Add();
        if (proposal is { SubmittedAt: not null, HiddenAt: null })
            await news.AddAsync(NewsKind.ProposalChanged, roundId, proposalId, now, cancellation);
        await context.SaveChangesAsync(cancellation);
        for (var number = 0; number * AttachmentPiece.MostBytes < bytes.Length; number++)
        {
            var piece = bytes.AsSpan(number * AttachmentPiece.MostBytes, Math.Min(AttachmentPiece.MostBytes, bytes.Length - (number * AttachmentPiece.MostBytes)));
            context.Add(new AttachmentPiece(attachment.Id, number, piece.ToArray()));
        }
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return attachment.Id;
    }

    public async Task<Outcome<Done>> RemoveAsync(Actor actor, long attachmentId, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } authorId)
            return Refusal.Of("SignIn.Needed");
        var found = await (
            from attachment in context.Attachments.AsNoTracking()
            join proposal in context.Proposals on attachment.ProposalId equals proposal.Id
            where attachment.Id == attachmentId && proposal.AuthorId == authorId
            select new { proposal.Id, proposal.RoundId, attachment.Hash }).FirstOrDefaultAsync(cancellation);
        if (found is null)
            return Refusal.NotFound;
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(found.RoundId), cancellation);
        if (await live.HoldAsync(actor, cancellation) is null)
            return Refusal.Of("SignIn.Needed");
        await context.AttachmentPieces.Where(piece => piece.AttachmentId == attachmentId).ExecuteDeleteAsync(cancellation);
        await context.Attachments.Where(attachment => attachment.Id == attachmentId).ExecuteDeleteAsync(cancellation);
        await audit.AppendAsync(actor, "attachment.removed", $"proposal {found.Id}", new { attachmentId, hash = Convert.ToHexStringLower(found.Hash) }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<IReadOnlyList<AttachmentView>> OfProposalAsync(Actor actor, long proposalId, CancellationToken cancellation)
    {
        if (await proposals.FindAsync(actor, proposalId, cancellation) is not { Readable: true } proposal)
            return [];
        var found = await context.Attachments.AsNoTracking().Where(attachment => attachment.ProposalId == proposalId)
            .OrderBy(attachment => attachment.AddedAt).ThenBy(attachment => attachment.Id).ToListAsync(cancellation);
        return [.. found.Select(attachment => View(attachment, proposal)).Where(view => Sees(view, proposal))];
    }

    public async Task<AttachmentView?> FindAsync(Actor actor, long attachmentId, CancellationToken cancellation)
    {
        if (await context.Attachments.AsNoTracking().FirstOrDefaultAsync(attachment => attachment.Id == attachmentId, cancellation) is not { } attachment
            || await proposals.FindAsync(actor, attachment.ProposalId, cancellation) is not { Readable: true } proposal)
            return null;
        var view = View(attachment, proposal);
        return Sees(view, proposal) ? view : null;
    }

    public async IAsyncEnumerable<byte[]> ReadAsync(long attachmentId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Piece by piece and not over one open reader: a slow reader of the answer would hold a connection for as long.
        for (var number = 0; ; number++)
        {
            var at = number;
            var bytes = await context.AttachmentPieces.Where(piece => piece.AttachmentId == attachmentId && piece.Number == at)
                .Select(piece => piece.Bytes).FirstOrDefaultAsync(cancellation);
            if (bytes is null)
                yield break;
            yield return bytes;
        }
    }

    private static bool Sees(AttachmentView attachment, ProposalView proposal) => !attachment.Hidden || proposal.Own || proposal.Moderates;

    private static AttachmentView View(Attachment attachment, ProposalView proposal) => new(
        attachment.Id, attachment.ProposalId, attachment.Type, attachment.Description, attachment.Length, Convert.ToHexStringLower(attachment.Hash),
        attachment.Width, attachment.Height, attachment.HiddenAt is not null,
        Public: attachment.HiddenAt is null && proposal.Hidden is null && proposal.Status is not (ProposalStatus.Draft or ProposalStatus.Withdrawn), proposal.Own);

    private async Task<Outcome<CleanFile>> CleanAsync(Stream file, CancellationToken cancellation)
    {
        var bytes = new byte[_limits.MaximumBytes + 1];
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length == 0)
            return Refusal.Of("Attachment.Empty", "file");
        if (length > _limits.MaximumBytes)
            return Refusal.Of("Attachment.TooLarge", "file", _limits.MaximumBytes / (double)(1 << 20));
        try
        {
            return CleanFile.From(bytes.AsSpan(0, length), _limits);
        }
        catch (UncleanFileException fault)
        {
            return Refusal.Of(fault.Key, "file", [.. fault.Arguments]);
        }
    }
}
