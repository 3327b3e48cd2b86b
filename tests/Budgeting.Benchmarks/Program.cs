using Budgeting.Benchmarks;

// tally [--quick] [--command PATH]   the table of docs/performance.md, with PATH the published command also how long it
//                                    takes from cold; exits with 1 when a goal is missed
// fuzz [SECONDS] [SEED]   throws damaged files at the parser
return args switch
{
    ["tally"] => TallyBenchmark.Run(quick: false, null),
    ["tally", "--quick"] => TallyBenchmark.Run(quick: true, null),
    ["tally", "--command", string command] => TallyBenchmark.Run(quick: false, command),
    ["tally", "--quick", "--command", string command] => TallyBenchmark.Run(quick: true, command),
    ["fuzz", .. string[] rest] => ParserFuzz.Run(
        rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 60,
        rest.Length > 1 ? int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tally [--quick] [--command PATH] | fuzz [SECONDS] [SEED]");
    return 2;
}
