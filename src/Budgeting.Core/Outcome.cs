namespace Budgeting.Core;

/// <summary>Why something asked for was not done, in a form every language can say.</summary>
/// <param name="Key">The message, by name; the interface holds a text for each in every language.</param>
/// <param name="Field">The input the message stands beside, or null when it concerns the whole.</param>
/// <param name="Arguments">Values the message mentions: numbers, <see cref="Money"/>, instants, names.</param>
public sealed record Refusal(string Key, string? Field = null, params IReadOnlyList<object> Arguments)
{
    /// <summary>A refusal with its arguments.</summary>
    public static Refusal Of(string key, string? field = null, params object[] arguments) => new(key, field, arguments);

    /// <summary>Whatever was asked for is not there, or not for this person to see.</summary>
    public static Refusal NotFound { get; } = new("NotFound");

    /// <summary>The person may not do this.</summary>
    public static Refusal Forbidden { get; } = new("Forbidden");
}

/// <summary>What came of a request: a value, or the reasons it was refused.</summary>
/// <typeparam name="T">What a granted request gives.</typeparam>
public sealed class Outcome<T>
{
    private readonly T? _value;

    private Outcome(T? value, IReadOnlyList<Refusal> refusals)
    {
        _value = value;
        Refusals = refusals;
    }

    /// <summary>The reasons; empty when the request was granted.</summary>
    public IReadOnlyList<Refusal> Refusals { get; }

    /// <summary>Whether the request was granted.</summary>
    public bool Granted => Refusals.Count == 0;

    /// <summary>What the request gave.</summary>
    /// <exception cref="InvalidOperationException">The request was refused.</exception>
    public T Value => Granted
        ? _value!
        : throw new InvalidOperationException("The request was refused: " + string.Join(", ", Refusals.Select(r => r.Key)));

    /// <summary>Whether it was refused for this reason.</summary>
    public bool RefusedFor(string key) => Refusals.Any(refusal => refusal.Key == key);

    /// <summary>Refused for these reasons.</summary>
    public static Outcome<T> Refused(IReadOnlyList<Refusal> refusals) =>
        refusals.Count > 0 ? new(default, refusals) : throw new ArgumentException("A refusal needs a reason.", nameof(refusals));

    /// <summary>A granted request.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, []);

    internal static Outcome<T> Grant(T value) => new(value, []);

    /// <summary>A request refused for one reason.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, [refusal]);

    /// <summary>A request refused for several reasons.</summary>
    public static implicit operator Outcome<T>(List<Refusal> refusals) => Refused(refusals);
}

/// <summary>The value of an outcome that has nothing more to say than that it was done.</summary>
public sealed record Done
{
    /// <summary>Done.</summary>
    public static Done It { get; } = new();
}

/// <summary>Makes outcomes of interface types, which the language converts to none implicitly.</summary>
public static class Outcome
{
    /// <summary>A granted request.</summary>
    public static Outcome<T> Of<T>(T value) => Outcome<T>.Grant(value);
}
