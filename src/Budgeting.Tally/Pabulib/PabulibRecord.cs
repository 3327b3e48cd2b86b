namespace Budgeting.Tally;

/// <summary>A cell of a record: where its text begins and ends, without the quotation marks around it.</summary>
internal readonly record struct PabulibCell(int Start, int End, bool HasDoubledQuotes);

/// <summary>What follows a cell.</summary>
internal enum PabulibMark
{
    /// <summary>Another cell.</summary>
    Separator,

    /// <summary>The end of the line, or of the file.</summary>
    EndOfRecord,

    /// <summary>Nothing yet: the cell goes on behind the bytes there are.</summary>
    Incomplete,

    /// <summary>The file ends before the quotation mark that opens the cell is closed.</summary>
    UnterminatedQuote,

    /// <summary>More text, after a closing quotation mark.</summary>
    TextAfterQuote,
}

/// <summary>Splits records into cells.</summary>
/// <remarks>
/// All marks of the format are ASCII, and in UTF-8 no other character has ASCII bytes, so splitting needs no decoding.
/// </remarks>
internal static class PabulibRecord
{
    public const byte Quote = (byte)'"';
    public const byte NewLine = (byte)'\n';
    private const byte Separator = (byte)';';
    private const byte CarriageReturn = (byte)'\r';

    /// <summary>Reads the cell at a place and moves behind the mark after it.</summary>
    /// <param name="data">The text; nothing behind it is known.</param>
    /// <param name="next">Where the cell begins, then where what follows it begins.</param>
    /// <param name="atEnd">Whether the file ends where the text does.</param>
    /// <param name="cell">The cell.</param>
    public static PabulibMark ReadCell(ReadOnlySpan<byte> data, ref int next, bool atEnd, out PabulibCell cell)
    {
        int begin = next;
        cell = default;
        if (begin < data.Length && data[begin] == Quote)
        {
            return ReadQuotedCell(data, ref next, atEnd, out cell);
        }

        int distance = data[begin..].IndexOfAny(Separator, NewLine);
        if (distance < 0 && !atEnd)
        {
            return PabulibMark.Incomplete;
        }

        int end = distance < 0 ? data.Length : begin + distance;
        cell = new PabulibCell(begin, ContentEnd(data, begin, end), HasDoubledQuotes: false);
        return MoveBehind(data, end, ref next);
    }

    /// <summary>Whether a record ends in CR LF.</summary>
    public static bool EndsInCarriageReturn(ReadOnlySpan<byte> record) =>
        record.Length > 1 && record[^1] == NewLine && record[^2] == CarriageReturn;

    private static PabulibMark ReadQuotedCell(ReadOnlySpan<byte> data, ref int next, bool atEnd, out PabulibCell cell)
    {
        int begin = next;
        int close = begin;
        bool doubled = false;
        cell = new PabulibCell(begin, begin, HasDoubledQuotes: false);
        while (true)
        {
            int distance = data[(close + 1)..].IndexOf(Quote);
            if (distance < 0)
            {
                return atEnd ? PabulibMark.UnterminatedQuote : PabulibMark.Incomplete;
            }

            close += distance + 1;
            if (close + 1 == data.Length && !atEnd)
            {
                return PabulibMark.Incomplete;
            }

            if (close + 1 == data.Length || data[close + 1] != Quote)
            {
                break;
            }

            close++;
            doubled = true;
        }

        int mark = data[(close + 1)..].IndexOfAny(Separator, NewLine);
        if (mark < 0 && !atEnd)
        {
            return PabulibMark.Incomplete;
        }

        int end = mark < 0 ? data.Length : close + 1 + mark;
        cell = new PabulibCell(begin + 1, close, doubled);
        if (ContentEnd(data, close + 1, end) != close + 1)
        {
            // Cities write "Green" park without further ado: then the marks are part of the text.
            cell = new PabulibCell(begin, ContentEnd(data, begin, end), HasDoubledQuotes: false);
            if (data[begin..close].ContainsAny(Separator, NewLine))
            {
                MoveBehind(data, end, ref next);
                return PabulibMark.TextAfterQuote;
            }
        }

        return MoveBehind(data, end, ref next);
    }

    private static PabulibMark MoveBehind(ReadOnlySpan<byte> data, int end, ref int next)
    {
        if (end == data.Length)
        {
            next = end;
            return PabulibMark.EndOfRecord;
        }

        next = end + 1;
        return data[end] == NewLine ? PabulibMark.EndOfRecord : PabulibMark.Separator;
    }

    // Where the text before a mark ends: a carriage return before a line break belongs to the break.
    private static int ContentEnd(ReadOnlySpan<byte> data, int begin, int mark) =>
        mark < data.Length && data[mark] == NewLine && mark > begin && data[mark - 1] == CarriageReturn ? mark - 1 : mark;
}
