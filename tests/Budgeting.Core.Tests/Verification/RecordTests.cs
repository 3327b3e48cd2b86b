using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;
using Budgeting.Tally;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Verification;

public sealed class RecordTests
{
    [Theory, EachDatabase]
    public async Task A_record_with_all_that_goes_with_it_verifies_from_its_files_alone(DatabaseKind kind)
    {
        await using var round = await (await PublishedRound.CreateAsync(kind)).DownloadAsync();
        using var record = RecordSource.Open(round.RecordZip);
        using var openings = RecordSource.Open(round.OpeningsZip);
        await using var log = File.OpenRead(round.AuditLog);
        var verifier = new RecordVerifier(record, new(round.Receipts, [.. round.Sheets.Select(sheet => sheet.Hash)], openings, log));
        var checks = await verifier.CheckAsync(default).ToListAsync();
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        // 1 result, 2 sheets, 2 announced, 1 commitments, 60 receipts, 3 on ballots, 4 on headings, 2 on the log, 1 + 1 + 2 on openings.
        Assert.Equal(79, checks.Count);
    }

    [Theory, EachDatabase]
    public async Task Before_publishing_nothing_of_the_record_is_given_to_anyone(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        var receipt = (await world.CastAsync(sheet, (await world.AdmitManyAsync(roundId, 1))[0], 1)).Value.Receipt;
        foreach (var phase in new[] { Phase.Voting, Phase.Counting })
        {
            world.TravelTo(phase);
            if (phase == Phase.Counting)
                await world.CarryOutAllAsync(roundId);
            Assert.True((await world.Do<IRecords, Outcome<RoundRecord>>(records => records.FindAsync(roundId, default))).RefusedFor("Results.NotPublished"));
            Assert.True((await world.Do<IRecords, Outcome<InclusionProof>>(records => records.ProveAsync(roundId, receipt, default))).RefusedFor("Results.NotPublished"));
            foreach (var file in new[] { "record.zip", "result.json", "commitments.txt", "ballots.csv", $"heading-{sheet.HeadingId}.pb", "audit.jsonl" })
            {
                using var target = new MemoryStream();
                Assert.True((await world.Do<IRecords, Outcome<Done>>(records => records.WriteAsync(roundId, file, target, default))).RefusedFor("Results.NotPublished"));
                Assert.True((await world.Do<IRecords, Outcome<Done>>(records => records.WriteOpeningsAsync(Actor.Platform, roundId, target, default))).RefusedFor("Results.NotPublished"));
                Assert.Equal(0, target.Length);
            }
            Assert.NotNull(await world.Do<IRecords, Core.Audit.AuditHead?>(records => records.HeadAtOpeningAsync(roundId, default)));
        }
    }

    [Theory, EachDatabase]
    public async Task Every_receipt_is_proved_and_no_other(DatabaseKind kind)
    {
        await using var round = await PublishedRound.CreateAsync(kind);
        foreach (var receipt in round.Receipts)
        {
            var proof = (await round.World.Do<IRecords, Outcome<InclusionProof>>(records => records.ProveAsync(round.RoundId, receipt, default))).Value;
            Assert.True(proof.Verified);
            Assert.Equal(receipt, ReceiptCode.Of(Convert.FromHexString(proof.Commitment)));
            Assert.True(MerkleTree.Verify(
                Convert.FromHexString(proof.Root), proof.Leaves, proof.Position, Convert.FromHexString(proof.Commitment), [.. proof.Path.Select(Convert.FromHexString)]));
        }
        foreach (var wrong in new[] { ReceiptCode.Of(new byte[32]), "0000-0000-0000-0001", "", "R1XG" })
            Assert.True((await round.World.Do<IRecords, Outcome<InclusionProof>>(records => records.ProveAsync(round.RoundId, wrong, default))).RefusedFor("NotFound"));
    }

    [Theory, EachDatabase]
    public async Task A_ballot_that_came_after_the_count_is_not_proved(DatabaseKind kind)
    {
        await using var round = await PublishedRound.CreateAsync(kind);
        if (kind == DatabaseKind.Sqlite)
            await round.World.Sql(context => context.Database.ExecuteSqlRawAsync("DROP TRIGGER ballots_closed_insert"));
        foreach (var commitment in new[] { new byte[32], [.. Enumerable.Repeat((byte)128, 32)], [.. Enumerable.Repeat((byte)255, 32)] })
        {
            // Only someone who writes to the database past the ballot box gets this far.
            await round.World.Sql(context => context.Database.ExecuteSqlAsync(
                $"INSERT INTO ballots (round_id, voter_key, choices, nonce, commitment, attempt) VALUES ({round.RoundId}, {commitment}, {"1:1"}, {commitment}, {commitment}, {Guid.NewGuid()})"));
            var proof = await round.World.Do<IRecords, Outcome<InclusionProof>>(records => records.ProveAsync(round.RoundId, ReceiptCode.Of(commitment), default));
            Assert.False(proof.Value.Verified);
        }
    }

    [Fact]
    public async Task Proofs_hold_over_many_chunks()
    {
        // More commitments than one chunk.
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var (roundId, sheet) = await world.VotingAsync(costs: [10, 20]);
        foreach (var voters in (await world.AdmitManyAsync(roundId, 3_000)).Chunk(1_000))
            Assert.All(await Task.WhenAll(voters.Select(voter => world.CastAsync(sheet, voter, 1))), cast => Assert.True(cast.Granted));
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        var commitments = (await world.Sql(context => context.Ballots.Select(ballot => ballot.Commitment!).ToListAsync()))
            .OrderBy(Convert.ToHexStringLower, StringComparer.Ordinal).ToList();
        foreach (var position in new[] { 0, 1, 1023, 1024, 1500, 2047, 2048, 2999 })
        {
            var proof = (await world.Do<IRecords, Outcome<InclusionProof>>(records => records.ProveAsync(roundId, ReceiptCode.Of(commitments[position]), default))).Value;
            Assert.Equal((Convert.ToHexStringLower(commitments[position]), position, 3000L, true), (proof.Commitment, proof.Position, proof.Leaves, proof.Verified));
        }
    }

    [Theory, EachDatabase]
    public async Task The_published_order_does_not_depend_on_who_voted_when_or_under_which_commitment(DatabaseKind kind)
    {
        await using var round = await PublishedRound.CreateAsync(kind);
        var seed = await round.World.Sql(context => context.RoundRecords.Select(record => record.Seed!).SingleAsync());
        var contents = (await round.World.Sql(context => context.Ballots.Select(ballot => new { ballot.Choices, ballot.Band }).ToListAsync()))
            .OrderBy(ballot => ballot.Choices, StringComparer.Ordinal).ThenBy(ballot => ballot.Band, StringComparer.Ordinal).ToList();
        var expected = contents.Select((ballot, i) => (ballot, Key: Convert.ToHexStringLower(BallotPublication.ShuffleKey(seed, i + 1))))
            .OrderBy(ballot => ballot.Key, StringComparer.Ordinal).Select(ballot => (ballot.ballot.Choices!, ballot.ballot.Band));
        var published = await round.World.Sql(context => context.PublishedBallots.OrderBy(ballot => ballot.ShuffleKey).ToListAsync());
        Assert.Equal(expected, published.Select(ballot => (ballot.Choices, ballot.Band)));
        var commitments = await round.World.Sql(context => context.Ballots.OrderBy(ballot => ballot.Commitment).Select(ballot => ballot.Choices!).ToListAsync());
        Assert.NotEqual(commitments, published.Select(ballot => ballot.Choices));
    }

    [Theory, EachDatabase]
    public async Task A_heading_s_PaBuLib_file_counts_to_the_published_winners(DatabaseKind kind)
    {
        await using var round = await PublishedRound.CreateAsync(kind);
        var result = (await round.World.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(round.RoundId, default))).Value;
        foreach (var heading in result.Headings)
        {
            var file = PabulibReader.Parse(await round.ReadAsync($"heading-{heading.HeadingId}.pb"));
            var sheet = round.Sheets.Single(sheet => sheet.HeadingId == heading.HeadingId);
            var counted = new GreedyRule().Tally(file.Instance, file.Profile, new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.Lot], sheet.Lot.Select(number => $"{number}")));
            Assert.Equal(heading.Projects.Where(project => project.Won).Select(project => $"{project.Number}"), counted.Winners);
            Assert.Equal(heading.Ballots, file.Profile.BallotCount);
            Assert.Equal(sheet.Projects.Select(project => project.Title), file.Instance.Projects.Select(project => project.Name));
        }
    }

    [Theory, EachDatabase]
    public async Task Fewer_voters_than_the_minimum_publish_no_ballots_and_the_record_says_why(DatabaseKind kind)
    {
        await using var round = await (await PublishedRound.CreateAsync(kind, voters: 49)).DownloadAsync();
        var found = (await round.World.Do<IRecords, Outcome<RoundRecord>>(records => records.FindAsync(round.RoundId, default))).Value;
        Assert.Equal((49, WithheldReason.TooFewVoters, null), (found.Ballots, found.Withheld, found.Seed));
        Assert.DoesNotContain(found.Files, file => file.Kind is RecordFileKind.Ballots or RecordFileKind.Heading);
        Assert.Empty(await round.World.Sql(context => context.PublishedBallots.ToListAsync()));
        using var target = new MemoryStream();
        Assert.True((await round.World.Do<IRecords, Outcome<Done>>(records => records.WriteAsync(round.RoundId, "ballots.csv", target, default))).RefusedFor("NotFound"));
        // The auditor can still repeat the count.
        using var record = RecordSource.Open(round.RecordFolder);
        using var openings = RecordSource.Open(round.OpeningsFolder);
        var checks = await new RecordVerifier(record, new(round.Receipts, [], openings)).CheckAsync(default).ToListAsync();
        Assert.Equal("ballots", Assert.Single(checks, check => check.Passed is not true).Name);
        Assert.Contains(checks, check => check.Name.StartsWith("opened count"));
    }

    [Theory, EachDatabase]
    public async Task A_heading_of_a_district_with_few_ballots_withholds_them(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var all = await world.HeadingAsync(roundId, Money.FromEuros(100));
        var district = await world.HeadingAsync(roundId, Money.FromEuros(100), regionId: world.TownId);
        world.TravelTo(Phase.Proposing);
        await world.ProposalAsync(roundId, all, "Kaikille yhteinen", Money.FromEuros(10));
        await world.ProposalAsync(roundId, district, "Kaupungille oma", Money.FromEuros(10));
        world.TravelTo(Phase.Voting);
        var sheets = await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default));
        foreach (var (voter, i) in (await world.AdmitManyAsync(roundId, 60)).Select((voter, i) => (voter, i)))
            Assert.True((await world.CastAsync(sheets[i < 3 ? 1 : 0], voter, 1)).Granted);
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.Equal(WithheldReason.SmallHeading, await world.Sql(context => context.RoundRecords.Select(record => record.Withheld).SingleAsync()));
    }

    [Theory, EachDatabase]
    public async Task Small_bands_are_not_shown_and_do_not_become_a_small_group_together(DatabaseKind kind)
    {
        // 30 of a, 17 of b, 11 of c, 2 of d: d is too small, and two without a band would be too, so c goes with them.
        await using var round = await PublishedRound.CreateAsync(kind, voters: 60, band: i => i switch { < 30 => "a", < 47 => "b", < 58 => "c", _ => "d" });
        var bands = await round.World.Sql(context => context.PublishedBallots.GroupBy(ballot => ballot.Band).Select(band => new { band.Key, Count = band.Count() }).ToListAsync());
        Assert.Equal([(null, 13), ("a", 30), ("b", 17)], bands.OrderBy(band => band.Key, StringComparer.Ordinal).Select(band => (band.Key, band.Count)));
        var csv = await round.ReadAsync("ballots.csv");
        Assert.Equal(13, csv.Split('\n').Count(line => line.Split(',') is [_, "", ..] && line.Length > 0));
        Assert.DoesNotContain(",d,", csv);
    }

    [Theory]
    [InlineData("a:10 b:10", "")]
    [InlineData("a:10 b:9 c:30", "b a")]
    [InlineData("a:9 b:9", "a b")]
    [InlineData("a:3 b:3 c:3 d:3 e:40", "a b c d")]
    [InlineData("a:10 -:3", "a")]
    [InlineData("a:10 -:12", "")]
    [InlineData("a:5 b:20 -:12", "a b")]
    [InlineData("a:1", "a")]
    [InlineData("", "")]
    public void Cells_are_suppressed_until_what_is_hidden_is_a_group_itself(string cells, string suppressed)
    {
        var read = cells.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Split(':'))
            .Select(cell => (cell[0] == "-" ? null : cell[0], int.Parse(cell[1])));
        Assert.Equal(suppressed, string.Join(' ', BallotPublication.Suppressed(read, 10)));
    }

    [Theory, EachDatabase]
    public async Task Only_an_auditor_opens_the_commitments_and_the_log_says_who(DatabaseKind kind)
    {
        await using var round = await (await PublishedRound.CreateAsync(kind)).DownloadAsync();
        foreach (var person in new[] { Actor.Visitor, round.World.Resident, round.World.Official })
        {
            using var target = new MemoryStream();
            Assert.True((await round.World.Do<IRecords, Outcome<Done>>(records => records.WriteOpeningsAsync(person, round.RoundId, target, default))).RefusedFor("Forbidden"));
            Assert.Equal(0, target.Length);
        }
        var entry = await round.World.Sql(context => context.AuditEntries.SingleAsync(entry => entry.Act == "ballots.opened"));
        Assert.StartsWith("account ", entry.Actor);
        Assert.Equal($"round {round.RoundId}", entry.Subject);
    }

    [Theory, EachDatabase]
    public async Task What_was_fixed_at_the_count_cannot_be_changed(DatabaseKind kind)
    {
        await using var round = await PublishedRound.CreateAsync(kind);
        string[] emptied = kind == DatabaseKind.PostgreSql ? ["TRUNCATE round_records", "TRUNCATE commitment_chunks", "TRUNCATE published_ballots"] : [];
        foreach (var sql in new[]
        {
            "UPDATE round_records SET ballots = 1", "DELETE FROM round_records", "UPDATE commitment_chunks SET number = 7", "DELETE FROM commitment_chunks",
            "UPDATE published_ballots SET band = NULL", "DELETE FROM published_ballots",
        }.Concat(emptied))
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => round.World.Sql(context => context.Database.ExecuteSqlRawAsync(sql)));
            Assert.Contains("never changed or deleted", refused.Message);
        }
    }

    [Theory, EachDatabase]
    public async Task A_round_nobody_voted_in_has_the_empty_tree(DatabaseKind kind)
    {
        await using var round = await (await PublishedRound.CreateAsync(kind, voters: 0)).DownloadAsync();
        var found = (await round.World.Do<IRecords, Outcome<RoundRecord>>(records => records.FindAsync(round.RoundId, default))).Value;
        Assert.Equal((0, Convert.ToHexStringLower(MerkleTree.Empty())), (found.Ballots, found.Root));
        using var record = RecordSource.Open(round.RecordFolder);
        Assert.DoesNotContain(await new RecordVerifier(record, new([], [])).CheckAsync(default).ToListAsync(), check => check.Passed == false);
    }

    [Fact]
    public async Task The_excerpt_of_the_log_tells_the_round_s_own_acts_and_no_others()
    {
        await using var round = await PublishedRound.CreateAsync(DatabaseKind.Sqlite);
        var excerpt = await round.ReadAsync("audit.jsonl");
        Assert.Contains("\"act\":\"sheets.frozen\"", excerpt);
        Assert.Contains("\"act\":\"results.published\"", excerpt);
        Assert.Contains("\"act\":\"duty.Count\"", excerpt);
        Assert.DoesNotContain("role.granted", excerpt);
    }
}
