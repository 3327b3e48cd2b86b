using Budgeting.Benchmarks;

// tally [--quick] [--command PATH]   the counting part of docs/performance.md, with PATH the published command also how long
//                                    it takes from cold; exits with 1 when a goal is missed
// ballots [--quick | --part door|http|letter|burst|sqlite|growth]   the ballot box's part of it, on a PostgreSQL server of its own
// closing [BALLOTS] [SQLITE-FILE | POSTGRES-CONNECTION]   closes, counts, publishes and exports a round; exits with 1 above a minute or a gibibyte
// scale [RUNS] [SECONDS]   one and two servers of the default build and of the silo; exits with 1 when the silo misses its goals
// fuzz [SECONDS] [SEED]   throws damaged files at the parser
return args switch
{
    ["tally"] => TallyBenchmark.Run(quick: false, null),
    ["tally", "--quick"] => TallyBenchmark.Run(quick: true, null),
    ["tally", "--command", string command] => TallyBenchmark.Run(quick: false, command),
    ["tally", "--quick", "--command", string command] => TallyBenchmark.Run(quick: true, command),
    ["ballots"] => await BallotBenchmark.RunAsync(quick: false, part: null),
    ["ballots", "--quick"] => await BallotBenchmark.RunAsync(quick: true, part: null),
    ["ballots", "--part", string part] => await BallotBenchmark.RunAsync(quick: false, part),
    ["closing", .. string[] rest] => await ClosingBenchmark.RunAsync(rest),
    ["scale", .. string[] rest] => await ScaleBenchmark.RunAsync(
        rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 3,
        rest.Length > 1 ? int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture) : 8),
    ["fuzz", .. string[] rest] => ParserFuzz.Run(
        rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 60,
        rest.Length > 1 ? int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tally [--quick] [--command PATH] | ballots [--quick | --part PART] | closing [BALLOTS] [DATABASE] | scale [RUNS] [SECONDS] | fuzz [SECONDS] [SEED]");
    return 2;
}
