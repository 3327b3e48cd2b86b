using Budgeting.Benchmarks;

// tally [--quick] [--command PATH]   the counting part of docs/performance.md, with PATH the published command also how long
//                                    it takes from cold; exits with 1 when a goal is missed
// ballots [--quick | --part door|http|letter|burst|sqlite|growth|closing|register]   the ballot box's part of it, on a PostgreSQL server of its own
// closing [BALLOTS] [CONNECTION]   one round on SQLite, or on that PostgreSQL: closes, counts, publishes and exports it; exits with 1 above a minute or a gibibyte
// register [ROWS] [CONNECTION]   likewise imports a register three times; exits with 1 above a minute or 300 MiB
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
    ["closing", .. string[] rest] => await ClosingBenchmark.RunAsync(Count(rest), rest.ElementAtOrDefault(1)),
    ["register", .. string[] rest] => await RegisterBenchmark.RunAsync(Count(rest), rest.ElementAtOrDefault(1)),
    ["scale", .. string[] rest] => await ScaleBenchmark.RunAsync(
        rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 3,
        rest.Length > 1 ? int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture) : 8),
    ["fuzz", .. string[] rest] => ParserFuzz.Run(
        rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 60,
        rest.Length > 1 ? int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount),
    _ => Usage(),
};

static int Count(string[] arguments) => arguments.Length > 0 ? int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;

static int Usage()
{
    Console.Error.WriteLine("usage: tally [--quick] [--command PATH] | ballots [--quick | --part PART] | closing [BALLOTS] [CONNECTION] | register [ROWS] [CONNECTION] | scale [RUNS] [SECONDS] | fuzz [SECONDS] [SEED]");
    return 2;
}
