using System.Globalization;
using System.Text.RegularExpressions;
using Budgeting.Core;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Budgeting.Web.Pages.Admin;

/// <summary>A schedule as it is entered: each phase with the day and time it starts and ends, in the region's time.</summary>
public sealed partial class ScheduleForm
{
    private readonly List<int> _used = [];
    private List<ScheduleRow> _rows = [];

    /// <summary>The phases that are planned, one a row.</summary>
    public static IReadOnlyList<Phase> Phases { get; } =
        [Phase.Announced, Phase.Proposing, Phase.CoDeveloping, Phase.Evaluating, Phase.Voting, Phase.Counting];

    /// <summary>A row for each phase.</summary>
    public List<ScheduleRow> Rows
    {
        get
        {
            // However few or many rows were posted, there is one a phase.
            while (_rows.Count < Phases.Count)
                _rows.Add(new());
            return _rows.Count > Phases.Count ? _rows = _rows[..Phases.Count] : _rows;
        }
        set => _rows = value ?? [];
    }

    /// <summary>The region's time zone.</summary>
    [BindNever] public TimeZoneInfo Zone { get; set; } = Format.Helsinki;

    /// <summary>The phases of a stored schedule; they are known exactly, however coarsely a field shows them.</summary>
    [BindNever] public IReadOnlyList<PhaseStart> Stored { get; set; } = [];

    /// <summary>A stored schedule, to be edited.</summary>
    public static ScheduleForm Of(IReadOnlyList<PhaseStart> stored, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var form = new ScheduleForm { Zone = zone, Stored = stored };
        for (var i = 0; i < stored.Count; i++)
        {
            var row = Phases.ToList().IndexOf(stored[i].Phase);
            if (row < 0)
                continue;
            form.Start(row, stored[i].StartsAt);
            if (i + 1 < stored.Count && row < Phases.Count - 1)
                form.End(row, stored[i + 1].StartsAt);
        }
        return form;
    }

    /// <summary>A usual round: announced next Monday at eight, and from Monday to Monday from there.</summary>
    public static ScheduleForm Suggest(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        var monday = today.AddDays(((int)DayOfWeek.Monday - (int)today.DayOfWeek + 6) % 7 + 1).AddHours(8);
        (Phase Phase, int Week)[] weeks =
            [(Phase.Announced, 0), (Phase.Proposing, 1), (Phase.Evaluating, 5), (Phase.Voting, 9), (Phase.Counting, 11)];
        return Of([.. weeks.Select(entry => new PhaseStart(entry.Phase, LocalTimes.Resolve(monday.AddDays(7 * entry.Week), zone, RepeatedHour.Earlier).Value))], zone);
    }

    /// <summary>Whether a time as typed occurs twice, as the clocks are put back.</summary>
    public bool IsRepeated(string text) => LocalTime.Parse(text, zone: Zone).RefusedFor("Time.Ambiguous");

    /// <summary>Whether a phase has begun, and so its start stands.</summary>
    public bool HasBegun(Phase phase, DateTimeOffset now) => Stored.Any(start => start.Phase == phase && start.StartsAt <= now);

    /// <summary>The periods, or what cannot be read, each fault beside its field.</summary>
    public Outcome<IReadOnlyList<PhasePeriod>> Read()
    {
        List<Refusal> refusals = [];
        List<PhasePeriod> periods = [];
        _used.Clear();
        for (var i = 0; i < Phases.Count; i++)
        {
            var (phase, row) = (Phases[i], Rows[i]);
            if (phase == Phase.CoDeveloping && string.IsNullOrWhiteSpace(row.Starts) && string.IsNullOrWhiteSpace(row.Ends))
                continue;
            var starts = ReadTime(row.Starts, row.StartsHour, StartField(i));
            refusals.AddRange(starts.Refusals);
            // The last one lasts until the results are published.
            var ends = i == Phases.Count - 1 ? null : ReadTime(row.Ends, row.EndsHour, $"Rows[{i}].Ends");
            refusals.AddRange(ends?.Refusals ?? []);
            if (refusals.Count > 0)
                continue;
            periods.Add(new(phase, starts.Value, ends?.Value));
            _used.Add(i);
        }
        return refusals.Count > 0 ? refusals : Outcome.Of<IReadOnlyList<PhasePeriod>>(periods);
    }

    /// <summary>Refusals of the periods just read, each beside the row it is about.</summary>
    public IEnumerable<Refusal> Place(IEnumerable<Refusal> refusals) => refusals.Select(refusal =>
        PeriodField().Match(refusal.Field ?? "") is { Success: true } match
            ? refusal with { Field = Field(_used[int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)], match.Groups[2].Value) }
            : refusal is { Field: null, Arguments: [Phase phase, ..] } && Phases.Contains(phase)
                ? refusal with { Field = StartField(Phases.ToList().IndexOf(phase)) }
                : refusal);

    private static string StartField(int row) => Field(row, "Starts");

    private static string Field(int row, string name) => $"Rows[{row}].{name}";

    private Outcome<DateTimeOffset> ReadTime(string text, RepeatedHour? hour, string field) =>
        Stored.FirstOrDefault(start => LocalTime.ToEdit(start.StartsAt, Zone) == text.Trim() && HourOf(start.StartsAt) == hour) is { } known
            ? known.StartsAt
            : LocalTime.Parse(text, field, Zone, hour);

    private void Start(int row, DateTimeOffset at) => (Rows[row].Starts, Rows[row].StartsHour) = (LocalTime.ToEdit(at, Zone), HourOf(at));

    private void End(int row, DateTimeOffset at) => (Rows[row].Ends, Rows[row].EndsHour) = (LocalTime.ToEdit(at, Zone), HourOf(at));

    private RepeatedHour? HourOf(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        return !Zone.IsAmbiguousTime(local) ? null
            : local.Offset == Zone.GetAmbiguousTimeOffsets(local).Max() ? RepeatedHour.Earlier : RepeatedHour.Later;
    }

    [GeneratedRegex(@"^Periods\[(\d+)\]\.(Starts|Ends)At$")]
    private static partial Regex PeriodField();
}

/// <summary>A phase as it is entered.</summary>
public sealed class ScheduleRow
{
    /// <summary>When it starts.</summary>
    public string Starts { get; set; } = "";

    /// <summary>Which one, where that time occurs twice.</summary>
    public RepeatedHour? StartsHour { get; set; }

    /// <summary>When it ends: when the next one starts.</summary>
    public string Ends { get; set; } = "";

    /// <summary>Which one, where that time occurs twice.</summary>
    public RepeatedHour? EndsHour { get; set; }
}
