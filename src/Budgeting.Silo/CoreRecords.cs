using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core;
using Orleans.Serialization.Cloning;

namespace Budgeting.Silo;

/// <summary>
/// How Core's records travel between silos: as JSON, by the names of their properties, so that Core needs no package of Orleans. A property
/// that one of two versions does not know is left out or left empty; renaming or retyping one takes a release that stops all silos first.
/// </summary>
internal static class CoreRecords
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        Converters = { new OutcomeConverters(), new RefusalConverter() },
    };

    /// <summary>Whether a type is one of Core's records, or an outcome.</summary>
    public static bool Contain(Type type) => type.Assembly == typeof(Refusal).Assembly && type.IsPublic && !type.IsEnum && !type.IsInterface;

    private sealed class OutcomeConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Outcome<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(OutcomeConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed record WrittenOutcome<T>(T? Value, IReadOnlyList<Refusal>? Refusals);

    private sealed class OutcomeConverter<T> : JsonConverter<Outcome<T>>
    {
        public override Outcome<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var written = JsonSerializer.Deserialize<WrittenOutcome<T>>(ref reader, options)!;
            return written.Refusals is { Count: > 0 } refusals ? Outcome<T>.Refused(refusals) : Outcome.Of(written.Value!);
        }

        public override void Write(Utf8JsonWriter writer, Outcome<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new WrittenOutcome<T>(value.Granted ? value.Value : default, value.Granted ? null : value.Refusals), options);
    }

    // What a refusal mentions are numbers, money, instants and names: which of them it is must be there again on the other side.
    private sealed class RefusalConverter : JsonConverter<Refusal>
    {
        private static readonly IReadOnlyDictionary<string, Type> Kinds =
            new[] { typeof(string), typeof(int), typeof(long), typeof(Money), typeof(DateTimeOffset), typeof(DateOnly), typeof(LocalizedText), typeof(TimeSpan), typeof(double), typeof(decimal) }
                .ToDictionary(kind => kind.Name);

        private sealed record Written(string Key, string? Field, IReadOnlyList<WrittenArgument> Arguments);

        private sealed record WrittenArgument(string Kind, JsonElement Value);

        public override Refusal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var written = JsonSerializer.Deserialize<Written>(ref reader, options)!;
            return new(written.Key, written.Field, [.. written.Arguments.Select(argument => argument.Value.Deserialize(Kinds[argument.Kind], options)!)]);
        }

        public override void Write(Utf8JsonWriter writer, Refusal value, JsonSerializerOptions options) => JsonSerializer.Serialize(
            writer,
            new Written(value.Key, value.Field, [.. value.Arguments.Select(argument => Kinds.ContainsKey(argument.GetType().Name)
                ? new WrittenArgument(argument.GetType().Name, JsonSerializer.SerializeToElement(argument, argument.GetType(), options))
                : throw new NotSupportedException($"A refusal mentions a {argument.GetType().Name}, which is not known to travel."))]),
            options);
    }
}

/// <summary>Core's records are never changed once made: within a silo they are shared and not copied.</summary>
internal sealed class SharedRecords : IGeneralizedCopier
{
    public bool IsSupportedType(Type type) => CoreRecords.Contain(type);

    public object? DeepCopy(object? input, CopyContext context) => input;
}
