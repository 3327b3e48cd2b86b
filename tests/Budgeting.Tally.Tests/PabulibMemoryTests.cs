using System.Text;
using static Budgeting.Tally.PabulibErrorCode;

namespace Budgeting.Tally.Tests;

/// <summary>No file makes the parser take much more memory than it has bytes. Alone, since all allocation is measured.</summary>
[Collection(nameof(PabulibMemoryTests))]
[CollectionDefinition(nameof(PabulibMemoryTests), DisableParallelization = true)]
public sealed class PabulibMemoryTests
{
    private const int Megabytes = 1 << 20;

    [Theory]
    [InlineData("num_votes;2", "num_votes;2147483647", WrongVoteCount)]
    [InlineData("num_projects;3", "num_projects;2147483647", WrongProjectCount)]
    [InlineData("rule;greedy", "rule;greedy\nmax_length;2147483647", null)]
    public void A_file_that_lies_about_its_length_takes_no_more(string old, string replacement, PabulibErrorCode? code) =>
        AssertSmall(Encoding.UTF8.GetBytes(Pb.With(old, replacement)), 1, 2 * Megabytes, code);

    [Fact]
    public void Many_votes_of_a_file_that_announces_more_take_no_more()
    {
        StringBuilder votes = new();
        for (int vote = 0; vote < 300_000; vote++)
        {
            votes.Append(vote).Append(";1\n");
        }

        AssertSmall(Votes(votes.ToString(), "num_votes;2147483647"), 30, 4 * Megabytes, WrongVoteCount);
        AssertSmall(Votes(votes.ToString(), "num_votes;1000000"), 30, 4 * Megabytes, WrongVoteCount);
    }

    [Theory]
    [InlineData("name", null)]
    [InlineData("voter", null)]
    [InlineData("commas", EmptyChoice)]
    [InlineData("choices", null)]
    [InlineData("cells", WrongColumnCount)]
    [InlineData("quote", UnterminatedQuote)]
    [InlineData("key", null)]
    public void A_cell_of_a_hundred_megabytes_takes_a_few_times_as_much(string where, PabulibErrorCode? code)
    {
        const int Length = 100 * Megabytes;
        (string before, char unit, string after) = where switch
        {
            "name" => (Split("Swings").Before, 'x', Split("Swings").After),
            "voter" => (Split("8;1,3").Before, '8', ";1,3"),
            "commas" => (Split("8;1,3").Before + "8;", ',', ""),
            "choices" => (Split("8;1,3").Before + "8;", '1', ""),
            "cells" => (Split("8;1,3").Before, ';', ""),
            "quote" => (Split("8;1,3").Before + "8;\"", '\n', ""),
            _ => (Split("rule;greedy").Before + "rule;greedy\ncomment;", 'x', Split("rule;greedy").After),
        };
        byte[] file = new byte[before.Length + Length + after.Length];
        Encoding.UTF8.GetBytes(before).CopyTo(file, 0);
        file.AsSpan(before.Length, Length).Fill((byte)unit);
        for (int i = 1; where == "choices" && i < Length - 1; i += 2)
        {
            file[before.Length + i] = (byte)',';
        }

        if (where == "choices")
        {
            file[before.Length + Length - 1] = (byte)' ';
        }

        Encoding.UTF8.GetBytes(after).CopyTo(file, before.Length + Length);

        AssertSmall(file, 9, 4 * Megabytes, code);

        static (string Before, string After) Split(string at)
        {
            int place = Pb.Valid.IndexOf(at, StringComparison.Ordinal);
            return (Pb.Valid[..place], Pb.Valid[(place + at.Length)..]);
        }
    }

    [Fact]
    public void A_header_of_a_million_columns_is_refused()
    {
        byte[] file = Encoding.UTF8.GetBytes(Pb.With("project_id;cost;name", string.Join(';', Enumerable.Range(0, 1_000_000))));

        AssertSmall(file, 4, 2 * Megabytes, WrongColumnCount);
    }

    // A project is an object with an id and a cost of its own, which is more than the few bytes it is written in.
    [Fact]
    public void A_million_projects_take_what_they_need()
    {
        StringBuilder projects = new();
        for (int project = 1; project <= 1_000_000; project++)
        {
            projects.Append(project).Append(";1;\n");
        }

        byte[] file = Encoding.UTF8.GetBytes(Pb.Valid.Replace("num_projects;3", "num_projects;1000000", StringComparison.Ordinal)
            .Replace("1;60;Swings\n2;50;Lights\n3;40;Benches\n", projects.ToString(), StringComparison.Ordinal));

        AssertSmall(file, 60, 4 * Megabytes, null);
    }

    private static byte[] Votes(string votes, string announced) => Encoding.UTF8.GetBytes(
        Pb.With("num_votes;2", announced).Replace("7;1,2\n8;1,3", votes, StringComparison.Ordinal));

    private static void AssertSmall(byte[] file, int times, long more, PabulibErrorCode? code)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);

        bool read = PabulibReader.TryRead(new MemoryStream(file), out _, out PabulibError? error);

        long taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal((code is null, code), (read, error?.Code));
        Assert.True(taken <= (times * (long)file.Length) + more, $"{taken} bytes for a file of {file.Length}");
    }
}
