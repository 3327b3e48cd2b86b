using System.Diagnostics;
using System.Globalization;
using System.Text;
using Budgeting.Tally;

namespace Budgeting.Benchmarks;

/// <summary>Times counting on real and generated elections, against the goals of docs/performance.md.</summary>
internal static class TallyBenchmark
{
    private static readonly List<(string Work, double Goal, double Median)> Rows = [];

    public static int Run(bool quick, string? command)
    {
        string? folder = Folder();
        if (folder is null)
        {
            Console.Error.WriteLine("The reference elections are not here: set BUDGETING_DATA to their folder.");
            return 2;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, memory is copied at {Bandwidth():0.0} GB/s"));
        int few = quick ? 3 : 9;
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "Poland_Warszawa_2026.pb"));
        if (command is not null)
        {
            Measure("whole process from cold, Warszawa_2026 MES", 0.35, quick ? 5 : 11, () => FromCold(command, Path.Combine(folder, "Poland_Warszawa_2026.pb")));
        }

        Generated(quick ? 1_000_000 : 10_000_000);
        Measure("parse Warszawa_2026", 0.02, quick ? 11 : 31, () => PabulibReader.Read(new MemoryStream(bytes)));
        PabulibFile warszawa = PabulibReader.Read(new MemoryStream(bytes));
        Measure("Warszawa_2026 MES cost", 0.01, quick ? 11 : 31, () => Count(warszawa, null));
        Measure("Warszawa_2026 Add1", 0.2, few, () => Count(warszawa, new()));
        PabulibFile lodz = Read(folder, "Poland_Lodz_2022");
        Measure("Lodz_2022 Add1", 0.03, quick ? 11 : 31, () => Count(lodz, new()));
        PabulibFile praga = Read(folder, "Poland_Warszawa_2020_Praga-Poludnie");
        Measure("Warszawa_2020_Praga-Poludnie Add1", 0.5, few, () => Count(praga, new()));
        PabulibFile budapest = Read(folder, "Hungary_Budapest_2024");
        Measure("Hungary_Budapest_2024 Add1", 2, quick ? 1 : 3, () => Count(budapest, new()));
        EqualSharesRule add1 = new() { Increase = new() };
        TallyResult result = Count(warszawa, add1.Increase);
        Measure("all explanations of Warszawa_2026 Add1", 5, quick ? 1 : 3, () => Explanation.Of(warszawa.Instance, warszawa.Profile, add1, result));
        Console.WriteLine();
        Growth("ballots", quick, (size, voters) => (voters * size, 100, 8));
        Growth("projects", quick, (size, voters) => (voters, 50 * size, 8));
        Growth("choices per ballot", quick, (size, voters) => (voters, 200, 4 * size));
        return Rows.Exists(row => row.Median > row.Goal) ? 1 : 0;
    }

    private static string FromCold(string command, string file)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, ["tally", file, "--rule", "mes"]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} ended with {process.ExitCode}.");
    }

    private static TallyResult Count(PabulibFile file, BudgetIncrease? increase) =>
        new EqualSharesRule { Increase = increase }.Tally(file.Instance, file.Profile, TieBreak.ByProjectId);

    private static void Measure(string work, double goal, int times, Func<object> action)
    {
        List<double> seconds = [];
        double before = Processor();
        for (int i = 0; i < times; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            GC.KeepAlive(action());
            seconds.Add(watch.Elapsed.TotalSeconds);
        }

        seconds.Sort();
        Report(work, goal, seconds[times / 2], seconds[0], (Processor() - before) / times);
    }

    // Processor time is of all threads together; where it is far from the median, others were busy on the machine.
    private static void Report(string work, double goal, double median, double best, double processor)
    {
        Rows.Add((work, goal, median));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{work,-48} {median,9:0.0000} s  best {best,9:0.0000}  processor {processor,9:0.0000}  goal {goal,6:0.###}  {(median <= goal ? "reached" : "missed")}"));
    }

    private static double Processor() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    // Ten million ballots in full; a tenth of them, and of the goals, in a hurry.
    private static void Generated(int ballots)
    {
        double share = ballots / 10_000_000.0;
        string path = Path.GetTempFileName();
        using (FileStream target = File.Create(path))
        {
            Generate(target, ballots, 200, 8);
        }

        long length = new FileInfo(path).Length;
        using FileStream source = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.DeleteOnClose);
        PabulibFile? file = null;
        Measure($"{ballots} generated ballots: parse", 3 * share, 1, () => file = PabulibReader.Read(source));
        Measure($"{ballots} generated ballots: MES cost", 15 * share, 1, () => Count(file!, null));
        GC.KeepAlive(file);
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 30);
        Rows.Add(("memory", 1.5, peak));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory, reading a file of {length >> 20} MiB: {peak:0.00} GiB, goal 1.5"));
    }

    private static void Growth(string what, bool quick, Func<int, int, (int Ballots, int Projects, int Choices)> shape)
    {
        foreach (int size in new[] { 1, 2, 4 })
        {
            (int ballots, int projects, int choices) = shape(size, quick ? 20_000 : 100_000);
            PabulibFile file = PabulibReader.Read(new MemoryStream(Generate(ballots, projects, choices)));
            Count(file, null);
            Stopwatch watch = Stopwatch.StartNew();
            Count(file, null);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{what}: {ballots} ballots, {projects} projects, {choices} choices: MES cost {watch.Elapsed.TotalSeconds:0.000} s"));
        }
    }

    // Some projects are much liked and most are not, as in cities.
    private static byte[] Generate(int ballots, int projects, int choices)
    {
        MemoryStream stream = new();
        Generate(stream, ballots, projects, choices);
        return stream.ToArray();
    }

    private static void Generate(Stream stream, int ballots, int projects, int choices)
    {
        Random random = new(20260214);
        using StreamWriter writer = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.Write(string.Create(CultureInfo.InvariantCulture,
            $"META\nkey;value\ndescription;Generated\ncountry;Nowhere\nunit;Nowhere\ninstance;1\nnum_projects;{projects}\nnum_votes;{ballots}\nbudget;{projects * 20_000L}\nvote_type;approval\nrule;equalshares\ndate_begin;2026\ndate_end;2026\nPROJECTS\nproject_id;cost\n"));
        for (int project = 1; project <= projects; project++)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{project};{random.Next(5_000, 200_000)}\n"));
        }

        writer.Write("VOTES\nvoter_id;vote\n");
        for (int ballot = 1; ballot <= ballots; ballot++)
        {
            writer.Write(ballot);
            for (int choice = 0; choice < choices; choice++)
            {
                writer.Write(choice == 0 ? ';' : ',');
                double at = random.NextDouble();
                writer.Write(1 + (int)(at * at * projects));
            }

            writer.Write('\n');
        }
    }

    private static double Bandwidth()
    {
        byte[] from = new byte[1 << 26];
        byte[] to = new byte[1 << 26];
        from.CopyTo(to, 0);
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < 4; i++)
        {
            from.CopyTo(to, 0);
        }

        return 4 * 2.0 * from.Length / watch.Elapsed.TotalSeconds / 1e9;
    }

    private static PabulibFile Read(string folder, string name) =>
        PabulibReader.Read(new MemoryStream(File.ReadAllBytes(Path.Combine(folder, $"{name}.pb"))));

    private static string? Folder()
    {
        string folder = Environment.GetEnvironmentVariable("BUDGETING_DATA") is { Length: > 0 } set ? set : Path.Combine("..", "shared", "data");
        return Directory.Exists(folder) ? folder : null;
    }
}
