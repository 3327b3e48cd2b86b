using Budgeting.Core;
using Budgeting.Core.Voting;

namespace Budgeting.Silo.Voting;

// What travels between silos by the thousand. A number, once used, is never used for anything else; a new field gets the next one, and
// whoever does not know it leaves it out.

[GenerateSerializer, Immutable, Alias("budgeting.CastBallot")]
internal readonly record struct CastBallotMessage(
    [property: Id(0)] long RoundId, [property: Id(1)] Voter Voter, [property: Id(2)] HeadingChoices[] Choices, [property: Id(3)] Guid Attempt);

[GenerateSerializer, Immutable, Alias("budgeting.Voter")]
internal readonly record struct VoterMessage([property: Id(0)] string Key, [property: Id(1)] long[] OpenHeadings, [property: Id(2)] string? Band);

[GenerateSerializer, Immutable, Alias("budgeting.HeadingChoices")]
internal readonly record struct HeadingChoicesMessage([property: Id(0)] long HeadingId, [property: Id(1)] string SheetHash, [property: Id(2)] int[] Projects);

[GenerateSerializer, Immutable, Alias("budgeting.StoredBallot")]
internal readonly record struct StoredBallotMessage([property: Id(0)] string Receipt, [property: Id(1)] HeadingChoices[] Choices);

[GenerateSerializer, Immutable, Alias("budgeting.Refusal")]
internal readonly record struct RefusalMessage([property: Id(0)] string Key, [property: Id(1)] string? Field, [property: Id(2)] object[] Arguments);

[GenerateSerializer, Immutable, Alias("budgeting.Money")]
internal readonly record struct MoneyMessage([property: Id(0)] long Cents);

[GenerateSerializer, Immutable, Alias("budgeting.Done")]
internal readonly record struct DoneMessage;

[GenerateSerializer, Immutable, Alias("budgeting.Outcome`1")]
internal readonly record struct OutcomeMessage<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal[] Refusals);

[RegisterConverter]
internal sealed class CastBallotConverter : IConverter<CastBallot, CastBallotMessage>
{
    public CastBallot ConvertFromSurrogate(in CastBallotMessage surrogate) => new(surrogate.RoundId, surrogate.Voter, surrogate.Choices, surrogate.Attempt);

    public CastBallotMessage ConvertToSurrogate(in CastBallot value) => new(value.RoundId, value.Voter, [.. value.Choices], value.Attempt);
}

[RegisterConverter]
internal sealed class VoterConverter : IConverter<Voter, VoterMessage>
{
    public Voter ConvertFromSurrogate(in VoterMessage surrogate) => new(surrogate.Key, surrogate.OpenHeadings, surrogate.Band);

    public VoterMessage ConvertToSurrogate(in Voter value) => new(value.Key, [.. value.OpenHeadings], value.Band);
}

[RegisterConverter]
internal sealed class HeadingChoicesConverter : IConverter<HeadingChoices, HeadingChoicesMessage>
{
    public HeadingChoices ConvertFromSurrogate(in HeadingChoicesMessage surrogate) => new(surrogate.HeadingId, surrogate.SheetHash, surrogate.Projects);

    public HeadingChoicesMessage ConvertToSurrogate(in HeadingChoices value) => new(value.HeadingId, value.SheetHash, [.. value.Projects]);
}

[RegisterConverter]
internal sealed class StoredBallotConverter : IConverter<StoredBallot, StoredBallotMessage>
{
    public StoredBallot ConvertFromSurrogate(in StoredBallotMessage surrogate) => new(surrogate.Receipt, surrogate.Choices);

    public StoredBallotMessage ConvertToSurrogate(in StoredBallot value) => new(value.Receipt, [.. value.Choices]);
}

[RegisterConverter]
internal sealed class RefusalConverter : IConverter<Refusal, RefusalMessage>
{
    public Refusal ConvertFromSurrogate(in RefusalMessage surrogate) => new(surrogate.Key, surrogate.Field, surrogate.Arguments);

    public RefusalMessage ConvertToSurrogate(in Refusal value) => new(value.Key, value.Field, [.. value.Arguments]);
}

[RegisterConverter]
internal sealed class MoneyConverter : IConverter<Money, MoneyMessage>
{
    public Money ConvertFromSurrogate(in MoneyMessage surrogate) => new(surrogate.Cents);

    public MoneyMessage ConvertToSurrogate(in Money value) => new(value.Cents);
}

[RegisterConverter]
internal sealed class DoneConverter : IConverter<Done, DoneMessage>
{
    public Done ConvertFromSurrogate(in DoneMessage surrogate) => Done.It;

    public DoneMessage ConvertToSurrogate(in Done value) => default;
}

[RegisterConverter]
internal sealed class OutcomeConverter<T> : IConverter<Outcome<T>, OutcomeMessage<T>>
{
    public Outcome<T> ConvertFromSurrogate(in OutcomeMessage<T> surrogate) =>
        surrogate.Refusals.Length > 0 ? Outcome<T>.Refused(surrogate.Refusals) : Outcome.Of(surrogate.Value!);

    public OutcomeMessage<T> ConvertToSurrogate(in Outcome<T> value) => new(value.Granted ? value.Value : default, [.. value.Refusals]);
}
