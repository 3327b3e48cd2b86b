using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using FluentValidation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.SignIn;

internal sealed class Accounts(BudgetingContext context, DatabaseDialect dialect, UnitOfWork work, IAuthority authority, LiveAccounts live) : IAccounts
{
    private static readonly Rules Checks = new();

    public async Task<IReadOnlyList<Refusal>> CheckAsync(NewAccount account, CancellationToken cancellation)
    {
        var refusals = Checks.Refusals(account);
        if (!await context.Regions.AnyAsync(region => region.Id == account.HomeRegionId, cancellation))
            refusals.Add(Refusal.Of("Account.HomeRegion", nameof(NewAccount.HomeRegionId)));
        return refusals;
    }

    public Task<long> ReserveAsync(CancellationToken cancellation) => dialect.ReserveAccountIdAsync(context, cancellation);

    public async Task<Outcome<long>> OpenAsync(long accountId, NewAccount account, UserPasskeyInfo passkey, CancellationToken cancellation)
    {
        if (await CheckAsync(account, cancellation) is { Count: > 0 } refusals)
            return Outcome<long>.Refused(refusals);
        await using var transaction = await work.BeginAsync(Lock(accountId), cancellation);
        if (await context.Users.AnyAsync(known => known.Id == accountId, cancellation)
            || await context.UserPasskeys.AnyAsync(known => known.CredentialId == passkey.CredentialId, cancellation))
            return Refusal.Of("Passkey.Stale");
        var opened = New(account, confirmed: false);
        opened.Id = accountId;
        context.Add(opened);
        context.Add(Passkeys.Row(accountId, passkey));
        context.Add(new PasskeyUse { CredentialId = passkey.CredentialId });
        if (!await SaveAsync(context, cancellation))
            return Refusal.Of("Account.EmailTaken", nameof(NewAccount.Email));
        await transaction.CommitAsync(cancellation);
        return accountId;
    }

    public async Task<OwnAccount?> FindOwnAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } id)
            return null;
        var holdsOffice = (await authority.RolesOfAsync(id, cancellation)).Any(held => held.Role.IsOffice());
        return await context.Users
            .Where(account => account.Id == id)
            .Select(account => new OwnAccount(
                account.Email ?? "", account.EmailConfirmed, account.DisplayName, account.HomeRegionId,
                context.UserPasskeys.Count(passkey => passkey.UserId == id), context.RecoveryCodes.Count(code => code.AccountId == id), holdsOffice) { Language = account.Language })
            .FirstOrDefaultAsync(cancellation);
    }

    public async Task<Outcome<Done>> ChangeOwnAsync(Actor actor, string displayName, long? homeRegionId, CancellationToken cancellation)
    {
        if (actor.AccountId is null)
            return Refusal.Of("SignIn.Needed");
        // The address is not changed here, and some accounts have none that could be checked.
        var changed = new NewAccount("nobody@example.org", displayName, homeRegionId);
        if (await CheckAsync(changed, cancellation) is { Count: > 0 } refusals)
            return Outcome<Done>.Refused(refusals);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await live.HoldAsync(actor, cancellation) is not { } account)
            return Refusal.Of("SignIn.Needed");
        (account.DisplayName, account.HomeRegionId) = (displayName.Trim(), homeRegionId);
        account.ConcurrencyStamp = Guid.NewGuid().ToString();
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<Done>> ChangeLanguageAsync(Actor actor, string language, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } id)
            return Refusal.Of("SignIn.Needed");
        if (!Languages.All.Contains(language))
            return Refusal.Of("Account.Language", "Language");
        var changed = await context.Users.Where(account => account.Id == id && account.LeftAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(account => account.Language, language), cancellation);
        return changed > 0 ? Done.It : Refusal.Of("SignIn.Needed");
    }

    /// <summary>The lock of an account's ways in.</summary>
    public static string Lock(long accountId) => $"account {accountId}";

    /// <summary>An account of checked details.</summary>
    public static Account New(NewAccount details, bool confirmed)
    {
        var address = EmailAddress.Parse(details.Email)!;
        return new()
        {
            UserName = address.Value, NormalizedUserName = address.Key, Email = address.Value, NormalizedEmail = address.Key, EmailConfirmed = confirmed,
            DisplayName = details.DisplayName.Trim(), HomeRegionId = details.HomeRegionId, SecurityStamp = Guid.NewGuid().ToString("n"),
        };
    }

    /// <summary>Saves the pending changes; false when somebody else has the address. Its uniqueness is the database's to keep.</summary>
    public static async Task<bool> SaveAsync(BudgetingContext context, CancellationToken cancellation)
    {
        try
        {
            await context.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException)
        {
            context.ChangeTracker.Clear();
            return false;
        }
    }

    private sealed class Rules : AbstractValidator<NewAccount>
    {
        public Rules()
        {
            RuleFor(account => account.Email).Must(email => EmailAddress.Parse(email) is not null).WithErrorCode("Account.Email");
            RuleFor(account => account.DisplayName).Text(2, 60, "Account.DisplayName");
        }
    }
}
