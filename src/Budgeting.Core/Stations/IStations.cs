using Budgeting.Core.Electorate;

namespace Budgeting.Core.Stations;

/// <summary>
/// Devices at a place where people vote, each serving one round by codes for as long as voting is open. A clerk opens one at the desk and gets a code that makes a device the
/// station; it is closed from the desk, or on the device by the pin that the clerk chose. Many people vote at one device, so attempts are counted by station and not by address.
/// </summary>
public interface IStations
{
    /// <summary>Opens a station. It waits for its device for <see cref="OpenedStation.Minutes"/> minutes.</summary>
    /// <returns>The station with its code, to be shown once; or <c>Forbidden</c>, <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Electorate.NotRegistered</c>, <c>Station.Name</c>, <c>Station.Pin</c>.</returns>
    Task<Outcome<OpenedStation>> OpenAsync(Actor actor, long roundId, NewStation station, CancellationToken cancellation);

    /// <summary>The stations of a round, newest first.</summary>
    /// <returns>The stations, or <c>Forbidden</c>, <c>NotFound</c>.</returns>
    Task<Outcome<IReadOnlyList<StationView>>> OfRoundAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>Closes a station from the desk, at once.</summary>
    /// <returns>Done, or <c>Forbidden</c>, <c>NotFound</c> (round), <c>Station.Closed</c> (it was closed before, or is none of the round's).</returns>
    Task<Outcome<Done>> CloseAsync(Actor actor, long roundId, long stationId, CancellationToken cancellation);

    /// <summary>Makes the device that has the code the station. Good once.</summary>
    /// <param name="code">As typed.</param>
    /// <param name="address">The network address it comes from; attempts are counted by it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>What the device keeps from now on, or <c>Station.CodeUnknown</c>, <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<StationPass>> StartAsync(string code, string? address, CancellationToken cancellation);

    /// <summary>The station a device is, while it is open and voting is; null afterwards.</summary>
    Task<StationHere?> FindAsync(StationPass pass, CancellationToken cancellation);

    /// <summary>As <see cref="IElectorate.RedeemCodeAsync"/>, with failed attempts counted by the station, so that an afternoon of typing errors locks nobody out.</summary>
    /// <returns>The voter's pass, or as <see cref="IElectorate.RedeemCodeAsync"/>; <c>Station.Closed</c> when the station is open no more.</returns>
    Task<Outcome<EntryPass>> RedeemCodeAsync(StationPass pass, string code, CancellationToken cancellation);

    /// <summary>Closes the station on its device.</summary>
    /// <returns>Done, or <c>Station.WrongPin</c>, <c>Station.Closed</c>, <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<Done>> CloseByPinAsync(StationPass pass, string pin, CancellationToken cancellation);
}

/// <summary>A station as a clerk opens it.</summary>
/// <param name="Name">Where it stands, for the list at the desk: 2 to 60 characters.</param>
/// <param name="Pin">By which it can be closed on the device: 6 to 12 digits, not all alike.</param>
public sealed record NewStation(string Name, string Pin);

/// <summary>A station that waits for its device.</summary>
/// <param name="Id">The station.</param>
/// <param name="Code">What is entered on the device, once.</param>
public sealed record OpenedStation(long Id, string Code)
{
    /// <summary>How long the code is good, in minutes.</summary>
    public const int Minutes = 20;
}

/// <summary>How a station stands.</summary>
public enum StationState
{
    /// <summary>Its code has not been entered on a device yet.</summary>
    Waiting,

    /// <summary>People can vote there.</summary>
    Open,

    /// <summary>A clerk closed it.</summary>
    Closed,

    /// <summary>Voting is over, and with it the station.</summary>
    Ended,

    /// <summary>Its code was not entered in time.</summary>
    Lapsed,
}

/// <summary>A station in the list at the desk.</summary>
/// <param name="Id">The station, by the number that the audit log names it by.</param>
/// <param name="Name">Where it stands.</param>
/// <param name="State">How it stands now.</param>
/// <param name="OpenedBy">The name of the clerk who opened it; empty for one who has left.</param>
/// <param name="OpenedAt">When.</param>
/// <param name="ClosedAt">When it was closed; null for one that was not.</param>
public sealed record StationView(long Id, string Name, StationState State, string OpenedBy, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt);

/// <summary>What makes a device a station. The device keeps it encrypted.</summary>
/// <param name="StationId">The station.</param>
/// <param name="RoundId">The round it serves.</param>
/// <param name="Token">Tells the device from others; the database knows its hash.</param>
public sealed record StationPass(long StationId, long RoundId, string Token);

/// <summary>An open station, on its device.</summary>
/// <param name="Pass">What the device keeps.</param>
/// <param name="Name">Where it stands.</param>
public sealed record StationHere(StationPass Pass, string Name);
