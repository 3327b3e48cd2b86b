namespace Budgeting.Silo;

/// <summary>
/// What a grain has read from Core's service, until it is told that it has changed. For changes that nobody tells of, made by the command
/// line or by hand, it is read anew after a while besides.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="fresh">How long it is believed unasked.</param>
/// <param name="read">Reads it.</param>
/// <param name="changesAt">When it is going to change by itself; null when it is not.</param>
internal sealed class Remembered<T>(TimeProvider time, TimeSpan fresh, Func<Task<T>> read, Func<T, DateTimeOffset?> changesAt)
{
    private Task<Memory>? _memory;

    /// <summary>What is remembered, or read now. Many who ask at once cause one reading.</summary>
    public async Task<T> GetAsync()
    {
        var now = time.GetUtcNow();
        if (_memory is not { } memory || memory.IsFaulted || memory.IsCanceled || (memory.IsCompleted && !Holds(await memory, now)))
            _memory = memory = ReadAsync(now);
        return (await memory).Value;
    }

    /// <summary>Lets whoever asks from now on read it anew. A reading under way may have begun before the change, and is forgotten too.</summary>
    public void Forget() => _memory = null;

    private static bool Holds(Memory memory, DateTimeOffset now) => memory.From <= now && now < memory.Until;

    private async Task<Memory> ReadAsync(DateTimeOffset now)
    {
        var value = await read();
        return new(value, now, changesAt(value) is { } change && change < now + fresh ? change : now + fresh);
    }

    private sealed record Memory(T Value, DateTimeOffset From, DateTimeOffset Until);
}
