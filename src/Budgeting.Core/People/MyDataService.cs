using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.People;

internal sealed class MyDataService(BudgetingContext context, UnitOfWork work, FormerVoters formerVoters, AccountErasure erasure) : IMyData
{
    private const int FlushBytes = 16 << 10;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter() } };

    public async Task<Outcome<Leaving>> LookAsync(Actor actor, CancellationToken cancellation)
    {
        if (await OwnAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        var now = await work.NowAsync(cancellation);
        var own = context.Proposals.Where(proposal => proposal.AuthorId == account.Id);
        var grants = await context.RoleGrants.AsNoTracking().Where(grant => grant.AccountId == account.Id && grant.RevokedAt == null).ToListAsync(cancellation);
        return new Leaving(
            account.DisplayName,
            await own.CountAsync(proposal => proposal.SubmittedAt == null || proposal.WithdrawnAt != null, cancellation),
            await own.CountAsync(proposal => proposal.SubmittedAt != null && proposal.WithdrawnAt == null, cancellation),
            [.. grants.Where(grant => grant.Role.IsOffice() && grant.HoldsAt(now)).Select(grant => new RoleHeld(grant.Role, grant.RegionId)).Distinct()],
            (await formerVoters.InVotingAsync(now, cancellation)).Count);
    }

    public async Task<Outcome<Done>> CheckAsync(Actor actor, Guid? session, CancellationToken cancellation)
    {
        if (await OwnAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        var now = await work.NowAsync(cancellation);
        if (actor.PasskeyAt is { } shown && (now - shown).Duration() <= IAuthority.StepUpLasts)
            return Done.It;
        if (await context.UserPasskeys.AnyAsync(passkey => passkey.UserId == account.Id, cancellation))
            return Refusal.Of("StepUp.Needed");
        var since = now - IAuthority.StepUpLasts;
        return session is { } id && await context.SignInSessions.AnyAsync(known => known.Id == id && known.AccountId == account.Id && known.BegunAt >= since, cancellation)
            ? Done.It : Refusal.Of("Data.SignInAgain");
    }

    public async Task<Outcome<Done>> DeleteAsync(Actor actor, Guid? session, Deletion deletion, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (!deletion.Confirmed)
            return await OwnAsync(actor, cancellation) is null ? Refusal.Of("SignIn.Needed") : Refusal.Of("Data.Confirm", nameof(deletion.Confirmed));
        var checkedNow = await CheckAsync(actor, session, cancellation);
        return !checkedNow.Granted ? checkedNow : await erasure.EraseAsync(actor, accountId, deletion.KeepName, null, cancellation);
    }

    public async Task<Outcome<Done>> WriteAsync(Actor actor, Guid? session, Stream target, CancellationToken cancellation)
    {
        var checkedNow = await CheckAsync(actor, session, cancellation);
        if (!checkedNow.Granted)
            return checkedNow;
        var id = actor.AccountId!.Value;
        var account = (await OwnAsync(actor, cancellation))!;
        // A buffer of its own: the writer would empty itself into the target while nobody waits for it.
        var buffer = new ArrayBufferWriter<byte>(2 * FlushBytes);
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        Write("writtenAt", await work.NowAsync(cancellation));
        Write("account", new
        {
            account.Id, account.DisplayName, account.Email, account.EmailConfirmed, account.HomeRegionId, account.Language, account.News, account.SeenOn, account.WarnedAt,
            RecoveryCodesLeft = await context.RecoveryCodes.CountAsync(code => code.AccountId == id, cancellation),
        });
        await ListAsync("passkeys", from passkey in context.UserPasskeys.AsNoTracking()
            where passkey.UserId == id
            join use in context.PasskeyUses on passkey.CredentialId equals use.CredentialId into uses
            from use in uses.DefaultIfEmpty()
            select new { Id = passkey.CredentialId, passkey.Data.Name, passkey.Data.CreatedAt, UsedAt = use == null ? null : use.UsedAt });
        await ListAsync("otherSignIns", context.UserLogins.Where(login => login.UserId == id).Select(login => new { login.LoginProvider, login.ProviderKey, login.ProviderDisplayName }));
        await ListAsync("identities", context.AccountIdentities.Where(row => row.AccountId == id).Select(row => new { row.Provider, row.IsProtected, row.LinkedAt }));
        await ListAsync("signIns", context.SignInSessions.Where(row => row.AccountId == id).Select(row => new { row.Way, row.Browser, row.BegunAt, row.SeenOn }));
        await ListAsync("messages", context.OutgoingMessages.Where(row => row.AccountId == id).OrderBy(row => row.Id)
            .Select(row => new { row.Kind, row.Channel, row.State, row.WrittenAt, row.DueAt, row.Attempts }));
        await ListAsync("following", context.Follows.Where(row => row.AccountId == id).OrderBy(row => row.Id)
            .Select(row => new { row.RoundId, row.ProposalId, row.Choice, row.Chosen, row.ToldTo, row.FollowedAt }));
        await ListAsync("roles", context.RoleGrants.Where(grant => grant.AccountId == id).OrderBy(grant => grant.Id)
            .Select(grant => new { grant.Role, grant.RegionId, grant.GrantedAt, grant.Reason, grant.EndsAt, grant.RevokedAt, grant.RevocationReason }));
        await ListAsync("proposals", context.Proposals.AsNoTracking().Where(proposal => proposal.AuthorId == id).OrderBy(proposal => proposal.Id).Select(proposal => new
        {
            proposal.Id, proposal.RoundId, proposal.HeadingId, proposal.Language, proposal.Title, proposal.Text, proposal.Place, proposal.WrittenAt,
            proposal.SubmittedAt, proposal.WithdrawnAt, proposal.HiddenAt, proposal.HiddenFor,
        }));
        await WriteAttachmentsAsync();
        await ListAsync("reports", context.Reports.Where(report => report.ReporterId == id).OrderBy(report => report.Id)
            .Select(report => new { report.ProposalId, report.AttachmentId, report.Category, report.Words, report.At }));
        await ListAsync("decisionsOnMyProposals", from act in context.ModerationActs
            join proposal in context.Proposals on act.ProposalId equals proposal.Id
            where proposal.AuthorId == id
            orderby act.Id
            select new { act.ProposalId, act.Kind, act.Category, act.Reason, act.At, act.AppealWords, act.AppealedAt, act.ActStands, act.DecisionReason, act.DecidedAt });
        await ListAsync("registerLinks", context.ElectorAccounts.Where(link => link.AccountId == id).Select(link => new { link.RoundId, Entry = link.ElectorId }));
        await ListAsync("registerClaims", context.LinkClaims.Where(claim => claim.AccountId == id).OrderBy(claim => claim.Id)
            .Select(claim => new { Entry = claim.ElectorId, claim.Proof, claim.RaisedAt, claim.Decision, claim.Reason, claim.DecidedAt }));
        var subject = $"account {id}";
        await ListAsync("auditLog", context.AuditEntries.AsNoTracking().Where(entry => entry.Actor == actor.Name || entry.Subject == subject).OrderBy(entry => entry.Id)
            .Select(entry => new { entry.Id, entry.At, entry.Actor, entry.Act, entry.Subject, entry.Detail }));
        Write("notHere", "Ballots: they lie under a key that says nothing of the account. Receipts: they are kept by the voter alone.");
        json.WriteEndObject();
        await SendAsync();
        return Done.It;

        void Write<T>(string name, T value)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, Json);
        }

        async Task ListAsync<T>(string name, IQueryable<T> rows)
        {
            json.WriteStartArray(name);
            await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                JsonSerializer.Serialize(json, row, Json);
                await FlushAsync();
            }
            json.WriteEndArray();
        }

        // A file is never in memory whole: its pieces follow one another in one string.
        async Task WriteAttachmentsAsync()
        {
            var files = await (
                from attachment in context.Attachments.AsNoTracking()
                join proposal in context.Proposals on attachment.ProposalId equals proposal.Id
                where proposal.AuthorId == id
                orderby attachment.Id
                select attachment).ToListAsync(cancellation);
            json.WriteStartArray("attachments");
            foreach (var file in files)
            {
                json.WriteStartObject();
                json.WriteNumber("id", file.Id);
                json.WriteNumber("proposalId", file.ProposalId);
                json.WriteString("type", file.Type.ToString());
                json.WriteString("description", file.Description);
                json.WriteString("addedAt", file.AddedAt);
                json.WritePropertyName("bytes");
                await foreach (var piece in context.AttachmentPieces.AsNoTracking().Where(piece => piece.AttachmentId == file.Id).OrderBy(piece => piece.Number)
                    .Select(piece => piece.Bytes).AsAsyncEnumerable().WithCancellation(cancellation))
                {
                    json.WriteBase64StringSegment(piece, isFinalSegment: false);
                    await FlushAsync();
                }
                json.WriteBase64StringSegment([], isFinalSegment: true);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }

        async Task FlushAsync()
        {
            if (json.BytesPending + buffer.WrittenCount > FlushBytes)
                await SendAsync();
        }

        async Task SendAsync()
        {
            await json.FlushAsync(cancellation);
            await target.WriteAsync(buffer.WrittenMemory, cancellation);
            buffer.ResetWrittenCount();
        }
    }

    private async Task<Account?> OwnAsync(Actor actor, CancellationToken cancellation) => actor.AccountId is { } id
        ? await context.Users.AsNoTracking().FirstOrDefaultAsync(account => account.Id == id && account.LeftAt == null, cancellation) : null;
}
