using Budgeting.Core.Rounds;
using FsCheck;
using FsCheck.Fluent;

namespace Budgeting.Core.Tests.Rounds;

public sealed class ScheduleTests
{
    private static readonly TimeZoneInfo Helsinki = TimeZoneInfo.FindSystemTimeZoneById("Europe/Helsinki");

    // In 2027 clocks in Helsinki go forward on 28 March at 3:00 and back on 31 October at 4:00.
    private static readonly DateTime Forward = new(2027, 3, 28, 3, 0, 0);
    private static readonly DateTime Back = new(2027, 10, 31, 3, 0, 0);

    private static Schedule Starts(params (Phase Phase, DateTimeOffset At)[] starts) =>
        Schedule.FromStarts([.. starts.Select(start => new PhaseStart(start.Phase, start.At))]).Value;

    /// <summary>Schedules with and without co-development, whose phases last from a minute to months, across both clock changes.</summary>
    private static Arbitrary<(Schedule Schedule, DateTimeOffset Probe)> Schedules() => (
        from withCoDeveloping in ArbMap.Default.GeneratorFor<bool>()
        from firstMinute in Gen.Choose(0, 60 * 24 * 330)
        from lengths in Gen.Choose(1, 60 * 24 * 60).ListOf(6)
        from probe in Gen.Choose(-60 * 24 * 30, 60 * 24 * 400)
        let phases = Enum.GetValues<Phase>().Where(phase => phase <= Phase.Counting && (withCoDeveloping || phase != Phase.CoDeveloping)).ToList()
        let start = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(firstMinute)
        let starts = phases.Select((phase, i) => new PhaseStart(phase, start.AddMinutes(lengths.Take(i).Sum()))).ToList()
        select (Schedule.FromStarts(starts).Value, start.AddMinutes(probe))).ToArbitrary();

    [Fact]
    public void At_every_instant_a_round_is_in_exactly_the_phase_that_began_last() =>
        Prop.ForAll(Schedules(), given =>
        {
            var phase = given.Schedule.PhaseAt(given.Probe);
            return phase is null
                ? given.Probe < given.Schedule.Starts[0].StartsAt
                : given.Schedule.StartOf(phase.Value) <= given.Probe && (given.Schedule.EndOf(phase.Value) is not { } end || given.Probe < end);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Phases_only_ever_go_forward_and_none_is_skipped_at_its_start() =>
        Prop.ForAll(Schedules(), given =>
        {
            var walk = given.Schedule.Starts.SelectMany(start => new[] { start.StartsAt.AddTicks(-1), start.StartsAt })
                .Select(given.Schedule.PhaseAt).ToList();
            return walk.Zip(walk.Skip(1)).All(step => Nullable.Compare(step.First, step.Second) <= 0)
                && given.Schedule.Starts.All(start => given.Schedule.PhaseAt(start.StartsAt) == start.Phase);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_phase_depends_on_the_instant_and_not_on_the_offset_it_is_written_with() =>
        Prop.ForAll(Schedules(), given =>
            given.Schedule.PhaseAt(given.Probe) == given.Schedule.PhaseAt(TimeZoneInfo.ConvertTime(given.Probe, Helsinki))).QuickCheckThrowOnFailure();

    [Fact]
    public void Local_times_of_the_whole_year_resolve_to_instants_that_read_the_same_or_are_refused_at_the_clock_changes() =>
        Prop.ForAll(Gen.Choose(0, (60 * 24 * 365) - 1).ToArbitrary(), minute =>
        {
            var wall = new DateTime(2027, 1, 1).AddMinutes(minute);
            var resolved = LocalTimes.Resolve(wall, Helsinki);
            return resolved.Granted
                ? TimeZoneInfo.ConvertTime(resolved.Value, Helsinki).DateTime == wall && resolved.Value.Offset == TimeSpan.Zero
                : resolved.RefusedFor("Time.Skipped") ? wall >= Forward && wall < Forward.AddHours(1)
                : resolved.RefusedFor("Time.Ambiguous") && wall >= Back && wall < Back.AddHours(1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_time_that_the_clocks_skipped_does_not_exist()
    {
        Assert.True(LocalTimes.Resolve(Forward.AddMinutes(-1), Helsinki).Granted);
        Assert.True(LocalTimes.Resolve(Forward, Helsinki).RefusedFor("Time.Skipped"));
        Assert.True(LocalTimes.Resolve(Forward.AddMinutes(30), Helsinki, RepeatedHour.Earlier).RefusedFor("Time.Skipped"));
        Assert.True(LocalTimes.Resolve(Forward.AddHours(1), Helsinki).Granted);
    }

    [Fact]
    public void A_time_that_occurs_twice_is_refused_until_the_person_says_which()
    {
        Assert.True(LocalTimes.Resolve(Back, Helsinki).RefusedFor("Time.Ambiguous"));
        Assert.Equal(new DateTimeOffset(2027, 10, 31, 0, 0, 0, TimeSpan.Zero), LocalTimes.Resolve(Back, Helsinki, RepeatedHour.Earlier).Value);
        Assert.Equal(new DateTimeOffset(2027, 10, 31, 1, 0, 0, TimeSpan.Zero), LocalTimes.Resolve(Back, Helsinki, RepeatedHour.Later).Value);
    }

    [Fact]
    public void A_voting_phase_over_a_clock_change_closes_at_the_wall_clock_time_it_was_given()
    {
        var opens = LocalTimes.Resolve(new(2027, 3, 22, 8, 0, 0), Helsinki).Value;
        var closes = LocalTimes.Resolve(new(2027, 3, 29, 20, 0, 0), Helsinki).Value;
        var schedule = Starts((Phase.Announced, opens.AddDays(-3)), (Phase.Proposing, opens.AddDays(-2)), (Phase.Evaluating, opens.AddDays(-1)), (Phase.Voting, opens), (Phase.Counting, closes));
        Assert.Equal(Phase.Voting, schedule.PhaseAt(new DateTimeOffset(2027, 3, 29, 16, 59, 59, TimeSpan.Zero)));
        Assert.Equal(Phase.Counting, schedule.PhaseAt(new DateTimeOffset(2027, 3, 29, 17, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("missing", "Schedule.Missing")]
    [InlineData("gap", "Schedule.Gap")]
    [InlineData("overlap", "Schedule.Overlap")]
    [InlineData("order", "Schedule.Order")]
    [InlineData("no length", "Schedule.StartsTooEarly")]
    [InlineData("published", "Schedule.NotPlannable")]
    [InlineData("open end", "Schedule.EndMissing")]
    [InlineData("closed end", "Schedule.LastHasNoEnd")]
    [InlineData("twice", "Schedule.Order")]
    public void A_schedule_in_disorder_is_refused_beside_the_period_that_is_wrong(string fault, string key)
    {
        var periods = World.Weeks(World.Start).ToList();
        switch (fault)
        {
            case "missing":
                periods[1] = periods[1] with { Phase = Phase.CoDeveloping };
                break;
            case "gap":
                periods[1] = periods[1] with { EndsAt = periods[1].EndsAt!.Value.AddMinutes(-1) };
                break;
            case "overlap":
                periods[1] = periods[1] with { EndsAt = periods[1].EndsAt!.Value.AddMinutes(1) };
                break;
            case "order":
                (periods[1], periods[2]) = (periods[1] with { Phase = Phase.Evaluating }, periods[2] with { Phase = Phase.Proposing });
                break;
            case "no length":
                periods[1] = periods[1] with { EndsAt = periods[1].StartsAt };
                periods[2] = periods[2] with { StartsAt = periods[1].StartsAt };
                break;
            case "published":
                periods[4] = periods[4] with { EndsAt = periods[4].StartsAt.AddDays(1) };
                periods.Add(new(Phase.Published, periods[4].StartsAt.AddDays(1), null));
                break;
            case "open end":
                periods[0] = periods[0] with { EndsAt = null };
                break;
            case "closed end":
                periods[4] = periods[4] with { EndsAt = periods[4].StartsAt.AddDays(1) };
                break;
            case "twice":
                periods.Insert(2, new(Phase.Proposing, periods[1].StartsAt.AddDays(1), periods[1].EndsAt));
                periods[1] = periods[1] with { EndsAt = periods[1].StartsAt.AddDays(1) };
                break;
        }
        var refused = Schedule.FromPeriods(periods);
        Assert.True(refused.RefusedFor(key), string.Join(", ", refused.Refusals));
        if (fault != "missing")
            Assert.Contains(refused.Refusals, refusal => refusal.Key == key && refusal.Field is not null);
    }

    [Fact]
    public void Published_begins_only_out_of_counting()
    {
        var schedule = Schedule.FromPeriods(World.Weeks(World.Start)).Value;
        var counting = schedule.StartOf(Phase.Counting)!.Value;
        Assert.True(schedule.Publish(counting.AddTicks(-1)).RefusedFor("Schedule.NotCounting"));
        Assert.Equal(Phase.Counting, schedule.PhaseAt(counting.AddYears(50)));
        var published = schedule.Publish(counting.AddDays(2)).Value;
        Assert.Equal(Phase.Counting, published.PhaseAt(counting.AddDays(1)));
        Assert.Equal(Phase.Published, published.PhaseAt(counting.AddDays(2)));
        Assert.True(published.Publish(counting.AddDays(3)).RefusedFor("Schedule.NotCounting"));
    }

    [Fact]
    public void What_has_begun_cannot_be_moved_and_nothing_moves_once_voting_has_begun() =>
        Prop.ForAll(Schedules(), given =>
        {
            var moved = Schedule.FromStarts([.. given.Schedule.Starts.Select(start => start with { StartsAt = start.StartsAt.AddMinutes(1) })]).Value;
            var allowed = given.Schedule.MayBecome(moved, given.Probe);
            return given.Schedule.PhaseAt(given.Probe) switch
            {
                null => allowed.Granted,
                >= Phase.Voting => allowed.RefusedFor("Schedule.VotingHasBegun"),
                _ => allowed.RefusedFor("Schedule.PastChanged"),
            };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_schedule_cannot_be_moved_so_that_the_present_falls_into_another_phase()
    {
        var schedule = Schedule.FromPeriods(World.Weeks(World.Start)).Value;
        var now = schedule.StartOf(Phase.Proposing)!.Value.AddDays(3);
        var early = Schedule.FromStarts([.. schedule.Starts.Select(start => start.Phase == Phase.Evaluating ? start with { StartsAt = now.AddHours(-1) } : start)]).Value;
        Assert.True(schedule.MayBecome(early, now).RefusedFor("Schedule.PastChanged"));
        var later = Schedule.FromStarts([.. schedule.Starts.Select(start => start.Phase > Phase.Proposing ? start with { StartsAt = start.StartsAt.AddDays(5) } : start)]).Value;
        Assert.True(schedule.MayBecome(later, now).Granted);
    }
}
