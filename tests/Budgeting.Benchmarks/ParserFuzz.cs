using System.Diagnostics;
using System.Globalization;
using System.Text;
using Budgeting.Tally;

namespace Budgeting.Benchmarks;

/// <summary>Damages small valid files, by bytes and by meaning, and sees that the parser reads them or says where they are wrong.</summary>
internal static class ParserFuzz
{
    private const string Valid =
        "META\nkey;value\ndescription;\"A \"\"b\"\"; c\"\ncountry;F\nunit;K\ninstance;1\nnum_projects;3\nnum_votes;3\nbudget;100.5\nvote_type;cumulative\nrule;greedy\ndate_begin;01.02.2026\ndate_end;2026\nmax_length;3\nPROJECTS\nproject_id;cost;name\n1;60;S\n2;50,5;\u00C4\n=3;40;\"x\ny\"\nVOTES\nvoter_id;vote;points\n7;1,2;3,1\n8;=3;0.5\n9;;\n";

    // Long enough to be read in several blocks.
    private static readonly byte[] Long = Encoding.UTF8.GetBytes(
        Valid.Replace("num_votes;3", "num_votes;20003", StringComparison.Ordinal)
        + string.Concat(Enumerable.Range(0, 20_000).Select(vote => FormattableString.Invariant($"v{vote};{(vote % 2 == 0 ? "1,2;3,4" : "=3;\"1\"")}\n"))));

    private static readonly string[] Pieces =
    [
        "1e400", "-0", "NaN", "\0", "\"", "\"\"", ";", ",", "\r", "\n", "\r\n", "\uFEFF", "META", "PROJECTS", "VOTES", "999999999999999999999", "-1", "1/0",
        "=1+1", "approval", "ordinal", "choose-1", " ", "\u00A0", "\uD83D\uDE00", "0.0000000000000000001", "num_votes;3", "budget;1",
    ];

    public static int Run(int seconds, int seed)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        Stopwatch watch = Stopwatch.StartNew();
        long read = 0;
        long refused = 0;
        for (int round = 0; watch.Elapsed.TotalSeconds < seconds; round++)
        {
            byte[] file = Damage(new Random(unchecked(seed + round)));
            try
            {
                if (PabulibReader.TryRead(new MemoryStream(file), out PabulibFile? election, out PabulibError? error))
                {
                    read++;
                    PabulibFile again = PabulibReader.Read(new MemoryStream(PabulibWriter.ToBytes(election)));
                    new GreedyRule().Tally(again.Instance, again.Profile, TieBreak.ByProjectId);
                }
                else if (error.Line < 1 || error.Field.Length == 0)
                {
                    throw new InvalidOperationException($"an error without line or field: {error}");
                }
                else
                {
                    refused++;
                }
            }
            catch (Exception exception)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {unchecked(seed + round)}: {exception}"));
                Console.WriteLine(Convert.ToBase64String(file));
                return 1;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{read} read, {refused} refused with line and field, none crashed"));
        return 0;
    }

    private static byte[] Damage(Random random)
    {
        List<byte> file = [.. random.Next(40) == 0 ? Long : Encoding.UTF8.GetBytes(Valid)];
        for (int change = random.Next(1, 6); change > 0; change--)
        {
            int place = random.Next(file.Count + 1);
            switch (random.Next(5))
            {
                case 0 when place < file.Count:
                    file[place] = (byte)random.Next(256);
                    break;
                case 1 when place < file.Count:
                    file.RemoveRange(place, random.Next(1, Math.Min(20, file.Count - place) + 1));
                    break;
                case 2:
                    file.InsertRange(place, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    int from = random.Next(file.Count);
                    file.InsertRange(place, file.GetRange(from, Math.Min(random.Next(40), file.Count - from)));
                    break;
                default:
                    file.InsertRange(place, Enumerable.Repeat((byte)random.Next(32, 127), random.Next(200)));
                    break;
            }

            if (file.Count == 0)
            {
                break;
            }
        }

        return [.. file];
    }
}
