using System.Collections.Immutable;
using System.Globalization;

namespace Budgeting.Tally;

/// <summary>The keys of a META section, their values without the white space around them.</summary>
internal sealed class PabulibKeys
{
    private readonly Dictionary<string, (string Value, int Line)> _values = new(StringComparer.Ordinal);
    private readonly int _headerLine;

    public PabulibKeys(PabulibSection section)
    {
        _headerLine = section.HeaderLine;
        int key = section.Require("key", "META");
        int value = section.Require("value", "META");
        if (section.Table.Columns.Length != 2)
        {
            string count = section.Table.Columns.Length.ToString(CultureInfo.InvariantCulture);
            throw new PabulibException(PabulibErrorCode.WrongColumnCount, _headerLine, "META", "2", count);
        }

        for (int row = 0; row < section.Table.RowCount; row++)
        {
            string name = section.Table[row, key].Trim();
            if (!_values.TryAdd(name, (section.Table[row, value].Trim(), section.RowLines[row])))
            {
                throw new PabulibException(PabulibErrorCode.DuplicateKey, section.RowLines[row], name.Length > 0 ? name : "key", name);
            }
        }
    }

    public string Require(string key)
    {
        if (!_values.TryGetValue(key, out (string Value, int Line) entry))
        {
            throw Error(PabulibErrorCode.MissingKey, key, key);
        }

        return entry.Value.Length > 0 ? entry.Value : throw Error(PabulibErrorCode.MissingValue, key);
    }

    /// <summary>The whole number of a key, or null when it has none.</summary>
    public int? Count(string key)
    {
        if (Amount(key) is not Rational amount)
        {
            return null;
        }

        return amount.IsInteger && amount <= int.MaxValue
            ? (int)amount.ToInt64()
            : throw Error(PabulibErrorCode.UnreadableNumber, key, _values[key].Value);
    }

    /// <summary>The number of a key, at least zero, or null when it has none.</summary>
    public Rational? Amount(string key) =>
        _values.GetValueOrDefault(key) is { Value.Length: > 0 } entry ? PabulibElection.Amount(entry.Value, entry.Line, key) : null;

    /// <summary>The number of a key, or null when it has none.</summary>
    public Rational? Number(string key) =>
        _values.GetValueOrDefault(key) is { Value.Length: > 0 } entry ? PabulibElection.Number(entry.Value, entry.Line, key) : null;

    /// <summary>An error at a key, or at the section's header when the key is not there.</summary>
    public PabulibException Error(PabulibErrorCode code, string key, params ImmutableArray<string> arguments) =>
        new(code, _values.TryGetValue(key, out (string Value, int Line) entry) ? entry.Line : _headerLine, key, arguments);
}
