using System.Globalization;
using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Web.Demo;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.SignIn;

/// <summary>Signs people in by password through ASP.NET Core Identity.</summary>
internal sealed class IdentitySignIn(
    UserManager<Account> accounts, SignInManager<Account> manager, IRegions regions, IOptions<DemoSignIn> demo, IAttempts attempts,
    TimeProvider time) : ISignIn
{
    // An answer that is no comes a fixed time after the question, so that its delay does not tell which addresses have an account.
    private static readonly TimeSpan FailureTakes = TimeSpan.FromMilliseconds(600);

    // Some password's hash, for addresses nobody has: the same work is done as for those that somebody has.
    private static readonly string NobodysHash = new PasswordHasher<Account>().HashPassword(new(), Guid.NewGuid().ToString());

    public async Task<Outcome<Done>> SignInAsync(string email, string password, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        // Counted alike whether somebody has the address or not, by all servers together.
        (AttemptKind Kind, string Subject)[] counts =
        [
            (AttemptKind.SignInFromAddress, manager.Context.Connection.RemoteIpAddress?.ToString() ?? ""),
            (AttemptKind.SignInToAccount, accounts.NormalizeEmail(email.Trim()) ?? ""),
        ];
        Refusal? tooMany = null;
        foreach (var (kind, subject) in counts)
            tooMany = await attempts.CountAsync(kind, subject, cancellation) ?? tooMany;
        if (tooMany is not null)
            return tooMany;
        // PostgreSQL takes no NUL; nobody's address has one.
        var account = email.Contains('\0', StringComparison.Ordinal) || IsDemoAccountOutsideDemo(email) ? null : await accounts.FindByEmailAsync(email.Trim());
        if (account is null)
            accounts.PasswordHasher.VerifyHashedPassword(new(), NobodysHash, password);
        else if ((await manager.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true)).Succeeded)
        {
            foreach (var (kind, subject) in counts)
                await attempts.ForgiveAsync(kind, subject, cancellation);
            return await EnterAsync(account);
        }
        if (FailureTakes - time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
            await Task.Delay(left, cancellation);
        return Refusal.Of("SignIn.Failed");
    }

    public async Task<Outcome<Done>> RegisterAsync(NewAccount input, CancellationToken cancellation)
    {
        var email = input.Email.Replace("\0", "", StringComparison.Ordinal).Trim();
        var account = new Account { UserName = email, Email = email };
        var refusals = await DescribeAsync(account, input.DisplayName, input.HomeRegionId, cancellation);
        foreach (var validator in accounts.PasswordValidators)
            refusals.AddRange(Refusals(await validator.ValidateAsync(accounts, account, input.Password)));
        foreach (var validator in accounts.UserValidators)
            refusals.AddRange(Refusals(await validator.ValidateAsync(accounts, account)));
        if (email.Length > 256)
            refusals.Add(Refusal.Of("Account.Email", nameof(NewAccount.Email)));
        if (refusals.Count > 0)
            return refusals.DistinctBy(refusal => (refusal.Key, refusal.Field)).ToList();
        if (await attempts.CountAsync(AttemptKind.SignUpFromNetwork, manager.Context.Connection.RemoteIpAddress?.ToString() ?? "", cancellation) is { } tooMany)
            return tooMany;
        try
        {
            var created = await accounts.CreateAsync(account, input.Password);
            return created.Succeeded ? await EnterAsync(account) : Outcome<Done>.Refused([.. Refusals(created)]);
        }
        catch (DbUpdateException)
        {
            // The same address was registered a moment ago; its uniqueness is the database's to keep.
            return Refusal.Of("Account.EmailTaken", nameof(NewAccount.Email));
        }
    }

    public async Task<Outcome<Done>> SignInToDemoAsync(string key, CancellationToken cancellation)
    {
        var known = demo.Value.Enabled ? DemoAccounts.All.FirstOrDefault(account => account.Key == key) : null;
        return known is not null && await accounts.FindByEmailAsync(known.Email) is { } account ? await EnterAsync(account) : Refusal.NotFound;
    }

    // A database that once held the demonstration keeps its accounts, whose password everybody knows.
    private bool IsDemoAccountOutsideDemo(string email) =>
        !demo.Value.Enabled && DemoAccounts.All.Any(account => account.Email.Equals(email.Trim(), StringComparison.OrdinalIgnoreCase));

    public Task SignOutAsync(CancellationToken cancellation) => manager.SignOutAsync();

    public async Task<OwnAccount?> FindOwnAsync(Actor actor, CancellationToken cancellation) =>
        await AccountAsync(actor) is { } account ? new(account.Email ?? "", account.DisplayName, account.HomeRegionId) : null;

    public async Task<Outcome<Done>> ChangeOwnAsync(Actor actor, string displayName, long? homeRegionId, CancellationToken cancellation)
    {
        if (await AccountAsync(actor) is not { } account)
            return Refusal.Of("SignIn.Needed");
        var refusals = await DescribeAsync(account, displayName, homeRegionId, cancellation);
        if (refusals.Count > 0)
            return refusals;
        var changed = await accounts.UpdateAsync(account);
        if (!changed.Succeeded)
            return Outcome<Done>.Refused([.. Refusals(changed)]);
        // The cookie carries the name.
        await manager.RefreshSignInAsync(account);
        return Done.It;
    }

    private async Task<Account?> AccountAsync(Actor actor) =>
        actor.AccountId is { } id ? await accounts.FindByIdAsync(id.ToString(CultureInfo.InvariantCulture)) : null;

    private async Task<Outcome<Done>> EnterAsync(Account account)
    {
        await manager.SignInAsync(account, isPersistent: false);
        return Done.It;
    }

    private async Task<List<Refusal>> DescribeAsync(Account account, string displayName, long? homeRegionId, CancellationToken cancellation)
    {
        List<Refusal> refusals = [];
        var name = displayName.Trim();
        if (!Validation.Fits(name, 2, 60))
            refusals.Add(Refusal.Of("Account.DisplayName", nameof(NewAccount.DisplayName), 2, 60));
        var tree = await regions.TreeAsync(cancellation);
        if (tree.All(region => region.Id != homeRegionId))
            refusals.Add(Refusal.Of("Account.HomeRegion", nameof(NewAccount.HomeRegionId)));
        if (refusals.Count == 0)
            (account.DisplayName, account.HomeRegionId) = (name, homeRegionId);
        return refusals;
    }

    private IEnumerable<Refusal> Refusals(IdentityResult result) => result.Errors.Select(error => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) =>
            Refusal.Of("Account.EmailTaken", nameof(NewAccount.Email)),
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) =>
            Refusal.Of("Account.Email", nameof(NewAccount.Email)),
        nameof(IdentityErrorDescriber.PasswordTooShort) =>
            Refusal.Of("Account.Password", nameof(NewAccount.Password), accounts.Options.Password.RequiredLength),
        _ => Refusal.Of("Generic"),
    });
}
