using Budgeting.Benchmarks;

// tally [--quick]   the table of docs/performance.md; exits with 1 when a goal is missed
// closing [BALLOTS] [SQLITE-FILE | POSTGRES-CONNECTION]   closes, counts, publishes and exports a round; exits with 1 above a minute or a gibibyte
// ballots [--quick]   the ballot box's part of it, on a PostgreSQL server of its own
// fuzz [SECONDS] [SEED]   throws damaged files at the parser
return args switch
{
    ["tally", .. string[] rest] => TallyBenchmark.Run(rest.Contains("--quick")),
    ["closing", .. string[] rest] => await ClosingBenchmark.RunAsync(rest),
    ["ballots", .. string[] rest] => await BallotBenchmark.RunAsync(rest.Contains("--quick")),
    ["fuzz", .. string[] rest] => ParserFuzz.Run(
        rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 60,
        rest.Length > 1 ? int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tally [--quick] | ballots [--quick] | closing [BALLOTS] [DATABASE] | fuzz [SECONDS] [SEED]");
    return 2;
}
