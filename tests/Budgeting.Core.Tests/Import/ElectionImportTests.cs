using System.Text;
using Budgeting.Core.Database;
using Budgeting.Core.Import;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Tally;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Import;

public sealed class ElectionImportTests
{
    private static PabulibFile File(string budget = "100", string voteType = "approval", string votes = "a;1,2\nb;2\nc;2,2", int count = 3, string cost = "60") =>
        PabulibReader.Parse($"""
            META
            key;value
            description;Testivaali
            country;Finland
            unit;Testilä
            instance;2027
            num_projects;2
            num_votes;{count}
            budget;{budget}
            vote_type;{voteType}
            rule;greedy
            date_begin;01.01.2027
            date_end;31.01.2027
            language;pl
            PROJECTS
            project_id;cost;name
            1;{cost};Plac zabaw
            2;70.50;Drzewa
            VOTES
            voter_id;vote
            {votes}
            """.Replace("            ", ""));

    private static Task<Outcome<ImportReport>> ImportAsync(World world, params PabulibFile[] files) => world.Do<IElectionImport, Outcome<ImportReport>>(import =>
        import.ImportAsync(Actor.Platform, files, new(world.TownId, null, world.Clock.Now.AddHours(1)), null, default));

    [Theory, EachDatabase]
    public async Task An_imported_election_is_voted_closed_counted_and_published_like_any_other(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var report = (await ImportAsync(world, File())).Value;
        Assert.Equal((2, 3, 0, 0), (report.Projects, report.Stored, report.Blank, report.Refused.Count));
        var neighbour = await world.Do<Core.Electorate.IElectorate, Outcome<Core.Voting.Voter>>(electorate => electorate.AdmitAsync(world.Resident, report.RoundId, default));
        Assert.True(neighbour.RefusedFor("Electorate.Imported"));
        world.Clock.Now = world.Clock.Now.AddHours(1);
        Assert.Equal(4, await world.CarryOutAllAsync(report.RoundId));
        Assert.True((await world.PublishAsync(report.RoundId)).Granted);
        var heading = Assert.Single((await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(report.RoundId, default))).Value.Headings);
        Assert.Equal([("Drzewa", 3L, true), ("Plac zabaw", 1L, false)], heading.Projects.Select(project => (project.Title, project.Votes, project.Won)));
        Assert.Equal("pl", heading.Projects[0].Language);
    }

    [Theory, EachDatabase]
    public async Task A_voter_of_two_files_casts_one_ballot_over_both_headings(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var report = (await ImportAsync(world, File(), File(votes: "c;1\nd;\ne;1,2"))).Value;
        Assert.Equal((4, 4, 1), (report.Projects, report.Stored, report.Blank));
        Assert.Equal(4, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory]
    [InlineData("0.001", "approval", "60", "Import.Amount")]
    [InlineData("0", "approval", "60", "Import.Amount")]
    [InlineData("10000000000000.01", "approval", "60", "Import.Amount")]
    [InlineData("100", "approval", "0.005", "Import.Amount")]
    [InlineData("100", "ordinal", "60", "Import.VoteType")]
    public async Task A_file_that_cannot_become_a_round_writes_nothing(string budget, string voteType, string cost, string key)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var outcome = await ImportAsync(world, File(budget, voteType, votes: "a;1,2\nb;2\nc;2,1", cost: cost));
        Assert.True(outcome.RefusedFor(key), string.Join(", ", outcome.Refusals));
        Assert.Equal(0, await world.Sql(context => context.Rounds.CountAsync()));
        Assert.Equal(0, await world.Sql(context => context.Proposals.CountAsync()));
    }
}
