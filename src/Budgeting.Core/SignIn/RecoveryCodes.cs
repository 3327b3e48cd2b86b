using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.SignIn;

internal sealed class RecoveryCodes(BudgetingContext context, UnitOfWork work, Outbox outbox, IAttempts attempts, Randomness randomness, WaysInGuard guard, LiveAccounts live) : IRecoveryCodes
{
    private const int Count = 10;

    // 75 random bits: nothing can try them all, so that a plain hash keeps them.
    private const int Length = 15;
    private const int Groups = 4;

    public async Task<Outcome<IReadOnlyList<string>>> RenewAsync(Actor actor, string language, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        if (await guard.RefuseAsync(actor, cancellation) is { } guarded)
            return guarded;
        outbox.Ready();
        var codes = Enumerable.Range(0, Count).Select(_ => CheckedCode.Random(randomness, Length)).ToList();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        await context.RecoveryCodes.Where(code => code.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        context.AddRange(codes.Select(code => new RecoveryCode { AccountId = accountId, CodeHash = Hash(accountId, code) }));
        outbox.Tell(MessageKind.SignInChanged, account, MessageText.RecoveryCodesRenewed(account.Language ?? language), await work.NowAsync(cancellation), SignInNotice.Useful);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        outbox.Ring();
        return Outcome.Of<IReadOnlyList<string>>([.. codes.Select(code => CheckedCode.Write(code, Groups))]);
    }

    public async Task<Outcome<long>> UseAsync(string email, string code, string from, string language, CancellationToken cancellation)
    {
        var address = EmailAddress.Parse(email);
        // Counted alike whether somebody has the address or not, by all servers together.
        (AttemptKind Kind, string Subject)[] counts = [(AttemptKind.SignInFromAddress, from), (AttemptKind.SignInToAccount, address?.Key ?? "")];
        Refusal? tooMany = null;
        foreach (var (kind, subject) in counts)
            tooMany = await attempts.CountAsync(kind, subject, cancellation) ?? tooMany;
        if (tooMany is not null)
            return tooMany;
        if (address is null || CheckedCode.Read(code, Length) is not { } symbols)
            return Refusal.Of("SignIn.CodeWrong");
        outbox.Ready();
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellation))
        {
            if (await context.Users.FirstOrDefaultAsync(account => account.NormalizedEmail == address.Key, cancellation) is not { } account)
                return Refusal.Of("SignIn.CodeWrong");
            var hash = Hash(account.Id, symbols);
            // Deleting it is what uses it: of two who come at once, one deletes nothing.
            if (await context.RecoveryCodes.Where(known => known.AccountId == account.Id && known.CodeHash == hash).ExecuteDeleteAsync(cancellation) == 0)
                return Refusal.Of("SignIn.CodeWrong");
            outbox.Tell(MessageKind.SignInChanged, account, MessageText.RecoveryCodeUsed(account.Language ?? language), await work.NowAsync(cancellation), SignInNotice.Useful);
            await context.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            outbox.Ring();
            foreach (var (kind, subject) in counts)
                await attempts.ForgiveAsync(kind, subject, cancellation);
            return account.Id;
        }
    }

    private static byte[] Hash(long accountId, string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"recovery {accountId} {code}")));
}
