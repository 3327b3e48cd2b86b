using Budgeting.Core.Database;
using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.SignIn;

internal sealed class SignInSessions(BudgetingContext context, DatabaseClock clock, LiveAccounts live, IOptions<RetentionOptions> retention) : ISignInSessions
{
    private TimeSpan Kept => TimeSpan.FromDays(retention.Value.SignInDays);

    public async Task<Guid> BeginAsync(long accountId, SignInWay way, string browser, CancellationToken cancellation, string? stamp = null)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var account = await live.HoldAsync(accountId, cancellation);
        var now = await clock.NowAsync(context, cancellation);
        var session = new SignInSession
        {
            Id = Guid.NewGuid(), AccountId = accountId, Way = way, Browser = browser.Length > 60 ? browser[..60] : browser, BegunAt = now, SeenOn = DayOf(now),
        };
        // Whoever took the account back since then has ended this sign-in as well.
        if (account is null || (stamp is not null && account.SecurityStamp != stamp))
            return session.Id;
        context.Add(session);
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await NoteAsync(accountId, session.SeenOn, cancellation);
        return session.Id;
    }

    public async Task<SignInSessionView?> SeeAsync(long accountId, Guid id, CancellationToken cancellation)
    {
        var today = DayOf(await clock.NowAsync(context, cancellation));
        var session = await Shown(context.SignInSessions.Where(session => session.AccountId == accountId && session.Id == id)).FirstOrDefaultAsync(cancellation);
        if (session is null || session.SeenOn < today - Kept)
            return null;
        if (session.SeenOn < today)
        {
            await context.SignInSessions.Where(seen => seen.Id == id).ExecuteUpdateAsync(row => row.SetProperty(seen => seen.SeenOn, today), cancellation);
            await NoteAsync(accountId, today, cancellation);
        }
        return session;
    }

    public async Task<IReadOnlyList<SignInSessionView>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return [];
        var oldest = DayOf(await clock.NowAsync(context, cancellation)) - Kept;
        return await Shown(context.SignInSessions.Where(session => session.AccountId == accountId && session.SeenOn >= oldest)
            .OrderByDescending(session => session.BegunAt)).ToListAsync(cancellation);
    }

    public async Task<Outcome<Done>> EndAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        return await context.SignInSessions.Where(session => session.AccountId == accountId && session.Id == id).ExecuteDeleteAsync(cancellation) > 0
            ? Done.It : Refusal.NotFound;
    }

    public async Task<Outcome<Done>> EndAllAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.AccountId is not { } accountId)
            return Refusal.Of("SignIn.Needed");
        await context.SignInSessions.Where(session => session.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        return Done.It;
    }

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var oldest = DayOf(await clock.NowAsync(context, cancellation)) - Kept;
        return await context.SignInSessions.AnyAsync(session => session.SeenOn < oldest, cancellation)
            ? await context.SignInSessions.Where(session => session.SeenOn < oldest).ExecuteDeleteAsync(cancellation) : 0;
    }

    // Accounts that nobody uses are deleted in time.
    private Task NoteAsync(long accountId, DateTimeOffset today, CancellationToken cancellation) => context.Users.Where(account => account.Id == accountId && account.LeftAt == null)
        .ExecuteUpdateAsync(row => row.SetProperty(account => account.SeenOn, today).SetProperty(account => account.WarnedAt, (DateTimeOffset?)null), cancellation);

    private static IQueryable<SignInSessionView> Shown(IQueryable<SignInSession> sessions) =>
        sessions.Select(session => new SignInSessionView(session.Id, session.Way, session.Browser, session.BegunAt, session.SeenOn));

    private static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);
}
