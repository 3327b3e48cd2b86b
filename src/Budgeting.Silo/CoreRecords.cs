using System.Text.Json;
using Budgeting.Core;
using Budgeting.Core.Voting;
using Orleans.Serialization.Cloning;

namespace Budgeting.Silo;

/// <summary>
/// How Core's records travel between silos: as JSON, by the names of their properties, so that Core needs no package of Orleans. A property
/// that one of two versions does not know is left out or left empty; renaming or retyping one takes a release that stops all silos first.
/// What is listed in <c>Voting/Messages.cs</c> travels in numbered fields instead, for which the same holds.
/// </summary>
internal static class CoreRecords
{
    public static JsonSerializerOptions Json { get; } = new();

    /// <summary>Whether a type is one of Core's records, or an outcome.</summary>
    public static bool Contain(Type type) => type.Assembly == typeof(Refusal).Assembly && type.IsPublic && !type.IsEnum && !type.IsInterface;

    /// <summary>Whether it travels as JSON: all do but those of which a closing hour brings thousands a second, and what holds values of any kind.</summary>
    public static bool ContainJson(Type type) => Contain(type) && !Messages.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type);

    private static readonly HashSet<Type> Messages =
    [
        typeof(Outcome<>), typeof(Refusal), typeof(Done), typeof(Money), typeof(CastBallot), typeof(Voter), typeof(HeadingChoices), typeof(StoredBallot),
    ];
}

/// <summary>Core's records are never changed once made: within a silo they are shared and not copied.</summary>
internal sealed class SharedRecords : IGeneralizedCopier
{
    public bool IsSupportedType(Type type) => CoreRecords.Contain(type);

    public object? DeepCopy(object? input, CopyContext context) => input;
}
