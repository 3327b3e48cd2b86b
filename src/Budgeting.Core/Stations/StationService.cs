using System.Globalization;
using System.Security.Cryptography;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Stations;

internal sealed class StationService(
    BudgetingContext context, UnitOfWork work, IAuthority authority, ElectorateService electorate, RegisterKeys keys, IAttempts attempts, Randomness randomness, AuditTrail audit) : IStations
{
    // 45 bits: typed by a clerk, good once and for some minutes, attempts counted.
    private const int CodeLength = 9;
    private const int CodeGroups = 5;
    private const int TokenBytes = 32;

    public async Task<Outcome<OpenedStation>> OpenAsync(Actor actor, long roundId, NewStation station, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation);
        if (!entered.Granted)
            return Outcome<OpenedStation>.Refused(entered.Refusals);
        var refusals = new NewStationValidator().Refusals(station);
        if (refusals.Count > 0)
            return refusals;
        if ((await electorate.RuleAsync(roundId, cancellation)).Basis != ElectorateBasis.Registered)
            return Refusal.Of("Electorate.NotRegistered");
        var key = await keys.GetAsync(cancellation);
        var symbols = CheckedCode.Random(randomness, CodeLength);
        await using var transaction = await work.BeginAsync(Lock(roundId), cancellation);
        var now = await work.NowAsync(cancellation);
        switch (entered.Value.Schedule.PhaseAt(now))
        {
            case null or < Phase.Voting:
                return Refusal.Of("Voting.NotOpenYet");
            case > Phase.Voting:
                return Refusal.Of("Voting.Closed");
        }
        var opened = new Station
        {
            RoundId = roundId, Name = station.Name.Trim(), OpenedById = actor.AccountId, OpenedAt = now, Code = key.StationCode(symbols),
            CodeExpiresAt = now.AddMinutes(OpenedStation.Minutes), Pin = key.StationPin(station.Pin),
        };
        context.Add(opened);
        await context.SaveChangesAsync(cancellation);
        await audit.AppendAsync(actor, "station.opened", Subject(roundId, opened.Id), new { opened.Name }, cancellation);
        await transaction.CommitAsync(cancellation);
        return new OpenedStation(opened.Id, CheckedCode.Write(symbols, CodeGroups));
    }

    public async Task<Outcome<IReadOnlyList<StationView>>> OfRoundAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation);
        if (!entered.Granted)
            return Outcome<IReadOnlyList<StationView>>.Refused(entered.Refusals);
        var now = await work.NowAsync(cancellation);
        var voting = entered.Value.Schedule.PhaseAt(now) == Phase.Voting;
        var stations = await (
            from station in context.Stations.AsNoTracking()
            where station.RoundId == roundId
            join account in context.Users on station.OpenedById equals account.Id into openers
            from opener in openers.DefaultIfEmpty()
            orderby station.Id descending
            select new { station, Name = opener == null ? "" : opener.DisplayName }).ToListAsync(cancellation);
        return Outcome.Of<IReadOnlyList<StationView>>([.. stations.Select(row =>
            new StationView(row.station.Id, row.station.Name, row.station.StateAt(now, voting), row.Name ?? "", row.station.OpenedAt, row.station.ClosedAt))]);
    }

    public async Task<Outcome<Done>> CloseAsync(Actor actor, long roundId, long stationId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation);
        return entered.Granted ? await CloseAsync(actor, roundId, stationId, "desk", cancellation) : Outcome<Done>.Refused(entered.Refusals);
    }

    public async Task<Outcome<StationPass>> StartAsync(string code, string? address, CancellationToken cancellation)
    {
        if (CheckedCode.Read(code, CodeLength) is not { } symbols)
            return Refusal.Of("Station.CodeUnknown", "Code");
        var key = await keys.GetAsync(cancellation);
        if (await attempts.CountAsync(AttemptKind.StationFromAddress, address ?? "", cancellation) is { } tooMany)
            return tooMany with { Field = "Code" };
        var hash = key.StationCode(symbols);
        if (await context.Stations.AsNoTracking().FirstOrDefaultAsync(station => station.Code == hash, cancellation) is not { } found)
            return Refusal.Of("Station.CodeUnknown", "Code");
        var token = Convert.ToHexString(randomness.Bytes(TokenBytes));
        await using var transaction = await work.BeginAsync(Lock(found.RoundId), cancellation);
        var now = await work.NowAsync(cancellation);
        // Of two devices that send it at the same time one becomes the station.
        var started = await context.Stations.Where(station => station.Id == found.Id && station.Code == hash && station.CodeExpiresAt > now)
            .ExecuteUpdateAsync(row => row.SetProperty(station => station.Code, (byte[]?)null).SetProperty(station => station.Token, key.StationToken(token)), cancellation);
        if (started == 0)
            return Refusal.Of("Station.CodeUnknown", "Code");
        await audit.AppendAsync(Actor.Visitor, "station.started", Subject(found.RoundId, found.Id), new { }, cancellation);
        await transaction.CommitAsync(cancellation);
        await attempts.ForgiveAsync(AttemptKind.StationFromAddress, address ?? "", cancellation);
        return new StationPass(found.Id, found.RoundId, token);
    }

    public async Task<StationHere?> FindAsync(StationPass pass, CancellationToken cancellation)
    {
        var token = (await keys.GetAsync(cancellation)).StationToken(pass.Token);
        var found = await context.Stations.AsNoTracking()
            .FirstOrDefaultAsync(station => station.Id == pass.StationId && station.RoundId == pass.RoundId && station.Token == token, cancellation);
        if (found is null)
            return null;
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == pass.RoundId, cancellation);
        return round.Schedule.PhaseAt(await work.NowAsync(cancellation)) == Phase.Voting ? new(pass, found.Name) : null;
    }

    public async Task<Outcome<EntryPass>> RedeemCodeAsync(StationPass pass, string code, CancellationToken cancellation) =>
        await FindAsync(pass, cancellation) is null
            ? Refusal.Of("Station.Closed")
            : await electorate.RedeemAtStationAsync(pass.RoundId, code, pass.StationId, cancellation);

    public async Task<Outcome<Done>> CloseByPinAsync(StationPass pass, string pin, CancellationToken cancellation)
    {
        if (await FindAsync(pass, cancellation) is null)
            return Refusal.Of("Station.Closed");
        if (await attempts.CountAsync(AttemptKind.PinAtStation, Number(pass.StationId), cancellation) is { } tooMany)
            return tooMany with { Field = "Pin" };
        var typed = (await keys.GetAsync(cancellation)).StationPin(pin.Trim());
        var stored = await context.Stations.Where(station => station.Id == pass.StationId).Select(station => station.Pin).FirstOrDefaultAsync(cancellation);
        return stored is not null && CryptographicOperations.FixedTimeEquals(stored, typed)
            ? await CloseAsync(Actor.Visitor, pass.RoundId, pass.StationId, "pin", cancellation)
            : Refusal.Of("Station.WrongPin", "Pin");
    }

    private async Task<Outcome<Done>> CloseAsync(Actor actor, long roundId, long stationId, string by, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(Lock(roundId), cancellation);
        var now = await work.NowAsync(cancellation);
        var closed = await context.Stations.Where(station => station.Id == stationId && station.RoundId == roundId && station.ClosedAt == null).ExecuteUpdateAsync(row => row
            .SetProperty(station => station.ClosedAt, now).SetProperty(station => station.ClosedById, actor.AccountId)
            .SetProperty(station => station.Code, (byte[]?)null).SetProperty(station => station.Token, (byte[]?)null).SetProperty(station => station.Pin, (byte[]?)null), cancellation);
        if (closed == 0)
            return Refusal.Of("Station.Closed");
        await audit.AppendAsync(actor, "station.closed", Subject(roundId, stationId), new { by }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    private async Task<Outcome<Round>> EnterAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        return await authority.RefuseAsync(actor, round.RegionId, cancellation, Role.Clerk) is { } refusal ? refusal : round;
    }

    private static string Lock(long roundId) => $"stations {roundId}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Subject(long roundId, long stationId) => string.Create(CultureInfo.InvariantCulture, $"round {roundId} station {stationId}");
}
