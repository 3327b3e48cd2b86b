using System.Runtime.CompilerServices;
using System.Text.Unicode;
using CsvHelper;

namespace Budgeting.Core.Electorate;

/// <summary>
/// A row of a register's file, as it stands there. It is broken when it cannot be read as such: fields missing, quotation marks in the
/// wrong place, letters that are no UTF-8.
/// </summary>
internal readonly record struct RegisterFileRow(
    long Line, bool Broken, string Identifier, string BirthDate, string Region, string Language, string Protected, string Email, string Phone)
{
    /// <summary>How identifiers are compared: without the spaces around them, in capital letters.</summary>
    public string ComparedIdentifier => Identifier.ToUpperInvariant();
}

/// <summary>The file cannot be read beyond a line.</summary>
internal sealed class RegisterFileException(long line, Exception inner) : Exception($"The file cannot be read beyond line {line}.", inner)
{
    public long Line => line;
}

/// <summary>Reads a register's file row by row, in memory that does not grow with it. The form is that of docs/electorate.md.</summary>
internal sealed class RegisterFile : IAsyncDisposable
{
    private const int LongestRow = 1 << 16;

    private static readonly string[] Columns = ["identifier", "birth_date", "region", "language", "protected", "email", "phone"];

    private readonly CsvReader _reader;
    private int[] _places = [];
    private long _malformedLine;

    private RegisterFile(Stream file) => _reader = CsvReader.Create(file, new CsvReaderOptions
    {
        // A lone quotation mark then spoils its own row and not the rest of the file.
        AllowLineBreaksInQuotes = false,
        MaxRecordSize = LongestRow,
        TrimWhitespace = true,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        OnMalformedRecord = malformed => _malformedLine = malformed.LineNumber,
    }, leaveOpen: true);

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file; stays open.</param>
    /// <param name="needed">The columns without which the file is of no use.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The file, or <c>Register.Header</c> (the missing columns), <c>Register.Unreadable</c> (line).</returns>
    public static async Task<Outcome<RegisterFile>> OpenAsync(Stream file, IReadOnlyList<string> needed, CancellationToken cancellation)
    {
        var opened = new RegisterFile(file);
        try
        {
            await opened._reader.ReadHeaderAsync(cancellation);
        }
        catch (CsvFormatException)
        {
            await opened.DisposeAsync();
            return Refusal.Of("Register.Unreadable", "File", 1L);
        }
        var names = opened._reader.Headers.Select(name => name.Trim()).ToList();
        opened._places = [.. Columns.Select(column => names.FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase)))];
        var missing = needed.Where(column => opened._places[Array.IndexOf(Columns, column)] < 0).ToList();
        if (missing.Count == 0)
            return opened;
        await opened.DisposeAsync();
        return Refusal.Of("Register.Header", "File", string.Join(", ", missing));
    }

    /// <summary>Whether it says where people are reached.</summary>
    public bool HasContacts => _places[5] >= 0 || _places[6] >= 0;

    /// <summary>The rows, once. Empty lines are passed over.</summary>
    /// <exception cref="RegisterFileException">A row does not end.</exception>
    public async IAsyncEnumerable<RegisterFileRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await NextAsync(cancellation))
            yield return Row();
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return default;
    }

    private async Task<bool> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await _reader.ReadAsync(cancellation);
        }
        catch (CsvFormatException fault)
        {
            throw new RegisterFileException(fault.LineNumber, fault);
        }
    }

    private RegisterFileRow Row()
    {
        var line = _reader.LineNumber;
        var broken = line == _malformedLine || _reader.FieldCount != _reader.Headers.Count() || !Utf8.IsValid(_reader.RawRecord);
        return new(line, broken, Field(0), Field(1), Field(2), Field(3), Field(4), Field(5), Field(6));
    }

    private string Field(int column) => _places[column] is >= 0 and var place ? _reader.GetString(place) : "";
}
