using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Stations;

/// <summary>A device for voting at a place. Code, token and pin are hashes; of a closed one nothing is left that opens anything.</summary>
internal sealed class Station
{
    public long Id { get; init; }

    public required long RoundId { get; init; }

    public required string Name { get; init; }

    public long? OpenedById { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public byte[]? Code { get; init; }

    public required DateTimeOffset CodeExpiresAt { get; init; }

    public byte[]? Token { get; init; }

    public byte[]? Pin { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Who closed it from the desk; null for one that is open or was closed by its pin.</summary>
    public long? ClosedById { get; init; }

    public StationState StateAt(DateTimeOffset now, bool voting) =>
        ClosedAt is not null ? StationState.Closed
        : !voting ? StationState.Ended
        : Token is not null ? StationState.Open
        : CodeExpiresAt <= now ? StationState.Lapsed
        : StationState.Waiting;
}

internal sealed class NewStationValidator : AbstractValidator<NewStation>
{
    public NewStationValidator()
    {
        RuleFor(station => station.Name).Text(2, 60, "Station.Name");
        RuleFor(station => station.Pin).Must(pin => pin is { Length: >= 6 and <= 12 } && pin.All(char.IsAsciiDigit) && pin.Distinct().Skip(1).Any()).WithErrorCode("Station.Pin");
    }
}

internal sealed class StationMapping : IEntityTypeConfiguration<Station>
{
    public const string ClosedOpensNothing = "closed_at IS NULL OR (code IS NULL AND token IS NULL AND pin IS NULL)";
    public const string OneWayIn = "code IS NULL OR token IS NULL";

    public void Configure(EntityTypeBuilder<Station> table)
    {
        table.ToTable("stations", check =>
        {
            check.HasCheckConstraint("ck_stations_closed", ClosedOpensNothing);
            check.HasCheckConstraint("ck_stations_one_way_in", OneWayIn);
        });
        table.HasIndex(station => station.RoundId);
        table.HasIndex(station => station.Code).IsUnique();
        table.HasIndex(station => station.OpenedById);
        table.HasIndex(station => station.ClosedById);
        table.HasOne<Round>().WithMany().HasForeignKey(station => station.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(station => station.OpenedById).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(station => station.ClosedById).OnDelete(DeleteBehavior.Restrict);
    }
}
