using System.Text;
using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.Electorate;

public sealed class ElectorRegisterTests
{
    private const string Three = "A-1,2000-01-02,town,fi,0\nB-2,1.2.1950,county,sv,1\nC-3,2020-05-05,town,,\n";

    private static async Task<(World World, long RoundId)> RoundAsync(DatabaseKind kind, ElectorateRule? rule = null)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        Assert.True((await world.SetRuleAsync(roundId, rule ?? Registers.Sixteen)).Granted);
        return (world, roundId);
    }

    [Theory, EachDatabase]
    public async Task A_file_adds_then_updates_then_marks_as_left_and_again_does_nothing(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.Equal(new(3, 0, 3, 0, 0, 0), (await world.ImportAsync(roundId, Three)).Value);
        Assert.Equal(new RegisterCounts(3, 2, 0, 0, 0), await world.CountsAsync(roundId));
        Assert.Equal(new(3, 0, 0, 0, 3, 0), (await world.ImportAsync(roundId, Three)).Value);

        // A has moved, C is not there any more, D is new. However an identifier is typed, it is the same.
        const string later = " a-1 ,2000-01-02,county,fi,0\nB-2,1950-02-01,county,sv,1\nD-4,1990-03-03,town,en,no\n";
        Assert.Equal(new(3, 0, 1, 1, 1, 1), (await world.ImportAsync(roundId, later)).Value);
        Assert.Equal(new RegisterCounts(4, 3, 1, 0, 0), await world.CountsAsync(roundId));
        Assert.Equal(new(1, 0, 0, 1, 0, 0), (await world.ImportAsync(roundId, "C-3,2000-05-05,town,,\n", partial: true)).Value);
        Assert.Equal(new RegisterCounts(4, 4, 0, 0, 0), await world.CountsAsync(roundId));
    }

    [Theory, EachDatabase]
    public async Task Every_bad_row_is_told_by_its_line_and_the_others_are_taken_in(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, "KEEP-1,2000-01-01,town,fi,0\nKEEP-2,2000-01-01,town,fi,0\n")).Granted);
        List<RowFault> faults = [];
        var report = await world.ImportAsync(roundId, "identifier;birth_date;region;language;protected\r\n"
            + "GOOD-1;2000-01-01;town;fi;yes\r\n"
            + ";2000-01-01;town;fi;0\r\n"
            + "X-3;31.2.2000;nowhere;de;maybe\r\n"
            + "X-4;2030-01-01;town;fi;0\r\n"
            + "\r\n"
            + "X-6;1880-01-01;town;fi;0\r\n"
            + "X-7;2000-01-01\r\n"
            + "GOOD-1;1999-01-01;town;fi;0\r\n"
            + "X-9;2000-01-01;\"to\"wn;fi;0\r\n"
            + $"{new string('X', 65)};2000-01-01;town;fi;0\r\n"
            + "KEEP-1;yesterday;town;fi;0\r\n"
            + "GOOD-2;2000-01-01;\"town\";sv;\r\n", faults: faults);
        Assert.Equal(
        [
            new(3, RowProblem.IdentifierEmpty),
            new(4, RowProblem.BirthDateUnreadable), new(4, RowProblem.RegionUnknown), new(4, RowProblem.LanguageUnknown), new(4, RowProblem.ProtectedUnreadable),
            new(5, RowProblem.BirthDateImpossible), new(7, RowProblem.BirthDateImpossible), new(8, RowProblem.Unreadable), new(9, RowProblem.IdentifierTwice),
            new(10, RowProblem.Unreadable), new(11, RowProblem.IdentifierUnfit), new(12, RowProblem.BirthDateUnreadable),
        ], faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Problem));
        // Who is in the file on a bad row is not taken for somebody who has left.
        Assert.Equal(new(11, 9, 2, 0, 0, 1), report.Value);
        Assert.Equal(new RegisterCounts(4, 3, 1, 0, 0), await world.CountsAsync(roundId));
    }

    [Theory, EachDatabase]
    public async Task A_file_that_is_the_wrong_one_changes_nothing(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, Three)).Granted);
        async Task<string> Refused(string text)
        {
            var outcome = await world.Do<IElectorRegister, Outcome<RegisterReport>>(register =>
                register.ImportAsync(world.Official, roundId, Registers.File(text), false, null, default));
            Assert.Equal(new RegisterCounts(3, 2, 0, 0, 0), await world.CountsAsync(roundId));
            return outcome.Refusals[0].Key;
        }
        Assert.Equal("Register.Header", await Refused(""));
        Assert.Equal("Register.Header", await Refused("name,birth_date,region\nA-1,2000-01-01,town\n"));
        Assert.Equal("Register.NoRows", await Refused("identifier,birth_date,region\n"));
        Assert.Equal("Register.NoRows", await Refused("identifier,birth_date,region\nZ-1,2000-01-01,nowhere\n"));
        Assert.Equal("Register.Unreadable", await Refused("identifier,birth_date,region\nZ-1,2000-01-01,town\nZ-2," + new string('9', 1_000_000)));
    }

    [Theory, EachDatabase]
    public async Task A_person_is_of_age_on_the_very_day_and_not_a_day_later(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind, new(ElectorateBasis.Registered, 15, new(2027, 2, 28)));
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, "A-1,2012-02-28,town,,\nB-2,2012-02-29,town,,\nC-3,2012-03-01,town,,\n")).Granted);
        var ages = await world.Sql(context => context.Electors.OrderBy(elector => elector.Id).Select(elector => elector.OfAge).ToListAsync());
        // Who was born on 29 February is of age on the 28th where there is no 29th.
        Assert.Equal(2, ages.Count(age => age));
    }

    [Theory, EachDatabase]
    public async Task Only_the_rules_regions_are_let_in(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen with { RegionIds = [world.TownId] })).Granted);
        List<RowFault> faults = [];
        Assert.True((await world.ImportAsync(roundId, Three, faults: faults)).Granted);
        Assert.Equal([new RowFault(3, RowProblem.RegionOutside)], faults);
        var town = await world.RoundAsync(world.TownId);
        Assert.True((await world.SetRuleAsync(town, Registers.Sixteen with { RegionIds = [world.CountyId] })).RefusedFor("Electorate.Regions"));
    }

    [Theory, EachDatabase]
    public async Task The_rule_stays_while_there_are_entries_and_everything_stays_once_voting_opens(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, Three)).Granted);
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen with { MinimumAge = 18 })).RefusedFor("Electorate.HasEntries"));
        Assert.True((await world.SetRuleAsync(roundId, new(ElectorateBasis.Declared))).RefusedFor("Electorate.HasEntries"));
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen with { PublishesBands = true })).Granted);
        await Assert.ThrowsAnyAsync<Exception>(() => world.Sql(context =>
            context.Database.ExecuteSqlAsync($"UPDATE electorates SET minimum_age = 18 WHERE round_id = {roundId}")));
        Assert.Equal(3, (await world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(world.Official, roundId, default))).Value);
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen with { MinimumAge = 18 })).Granted);
        Assert.True((await world.ImportAsync(roundId, Three)).Granted);

        world.TravelTo(Phase.Voting);
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).RefusedFor("Electorate.Frozen"));
        Assert.True((await world.ImportAsync(roundId, Three)).RefusedFor("Electorate.Frozen"));
        Assert.True((await world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(world.Official, roundId, default))).RefusedFor("Register.NotPublished"));
        Assert.Equal(3, (await world.CountsAsync(roundId)).Entries);
    }

    [Theory, EachDatabase]
    public async Task Once_the_result_is_published_the_register_can_be_emptied_and_the_result_stays(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Three);
        var codes = await world.CodesAsync(roundId, Three);
        var voter = (await world.EnterAsync((await world.RedeemAsync(roundId, codes[0])).Value, roundId)).Value;
        var receipt = (await world.CastAsync(sheet, voter, 1)).Value.Receipt;
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[1])).Granted);
        var rival = await world.PersonAsync("rival", world.TownId);
        Assert.True((await world.LinkAsync(rival, roundId, codes[1])).RefusedFor("Electorate.Disputed"));
        Task<Outcome<long>> ClearAsync() => world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(world.Official, roundId, default));
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await ClearAsync()).RefusedFor("Register.NotPublished"));
        Assert.True((await world.PublishAsync(roundId)).Granted);

        Assert.Equal(3, (await ClearAsync()).Value);
        Assert.Equal(0, (await world.CountsAsync(roundId)).Entries);
        Assert.Equal(0, await world.Sql(async context => await context.ElectorCodes.CountAsync() + await context.ElectorAccounts.CountAsync() + await context.LinkClaims.CountAsync()));
        // The rule stands in the record of who could vote, and stays as it was.
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen with { MinimumAge = 18 })).RefusedFor("Electorate.Frozen"));
        Assert.True((await world.ImportAsync(roundId, Three)).RefusedFor("Electorate.Frozen"));
        Assert.Equal(16, (await world.Do<IElectorate, ElectorateRule>(electorate => electorate.RuleAsync(roundId, default))).MinimumAge);
        Assert.Equal(ReceiptStatus.Stored, await world.BallotBox.CheckReceiptAsync(roundId, receipt, default));
        Assert.True((await world.Do<IResults, Outcome<RoundResult>>(results => results.FindAsync(roundId, default))).Granted);
    }

    [Theory, EachDatabase]
    public async Task Emptying_the_register_and_issuing_letters_need_a_passkey_shown_just_now(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, Three)).Granted);
        var stale = world.Official;
        world.Clock.Now += TimeSpan.FromMinutes(11);
        using var letters = new MemoryStream();
        Task<Outcome<LettersReport>> IssueAsync(Actor actor) => world.Do<IElectorRegister, Outcome<LettersReport>>(register =>
            register.IssueLettersAsync(actor, roundId, Registers.File(Registers.Header + Three), letters, false, default));
        Assert.True((await IssueAsync(stale)).RefusedFor("StepUp.Needed"));
        Assert.Equal(0, letters.Length);
        Assert.Equal(0, (await world.CountsAsync(roundId)).WithLetterCode);
        Assert.True((await world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(stale, roundId, default))).RefusedFor("StepUp.Needed"));
        Assert.Equal(3, (await world.CountsAsync(roundId)).Entries);
        Assert.True((await IssueAsync(world.Official)).Granted);
        Assert.Equal(3, (await world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(world.Official, roundId, default))).Value);
    }

    [Theory]
    [InlineData(-1, "2027-01-31", "Electorate.MinimumAge")]
    [InlineData(101, "2027-01-31", "Electorate.MinimumAge")]
    [InlineData(16, null, "Electorate.AgeOn")]
    [InlineData(16, "1999-12-31", "Electorate.AgeOn")]
    public async Task A_rule_without_sense_is_refused(int age, string? day, string reason)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        var roundId = await world.RoundAsync();
        var rule = new ElectorateRule(ElectorateBasis.Registered, age, day is null ? null : DateOnly.ParseExact(day, "yyyy-MM-dd"));
        Assert.True((await world.SetRuleAsync(roundId, rule)).RefusedFor(reason));
        Assert.True((await world.SetRuleAsync(roundId, new(ElectorateBasis.Declared, 16))).RefusedFor("Electorate.AgeNeedsRegister"));
        await Assert.ThrowsAnyAsync<Exception>(() => world.Sql(context => context.Database.ExecuteSqlAsync(
            $"INSERT INTO electorates (round_id, basis, minimum_age, regions, publishes_bands) VALUES ({roundId}, 'Declared', 16, '[]', 0)")));
    }

    [Theory, EachDatabase]
    public async Task Only_coordinators_and_administrators_keep_a_register(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        var clerk = await world.ClerkAsync();
        foreach (var other in new[] { Actor.Visitor, world.Resident, clerk })
        {
            Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen, other)).RefusedFor("Forbidden"));
            Assert.True((await world.ImportAsync(roundId, Three, actor: other)).RefusedFor("Forbidden"));
            Assert.True((await world.Do<IElectorRegister, Outcome<RegisterCounts>>(register => register.CountAsync(other, roundId, default))).RefusedFor("Forbidden"));
            Assert.True((await world.Do<IElectorRegister, Outcome<long>>(register => register.ClearAsync(other, roundId, default))).RefusedFor("Forbidden"));
            Assert.True((await world.Do<IElectorRegister, Outcome<LettersReport>>(register => register.IssueLettersAsync(
                other, roundId, Registers.File(Registers.Header), new MemoryStream(), false, default))).RefusedFor("Forbidden"));
        }
    }

    [Theory, EachDatabase]
    public async Task Nothing_that_is_stored_or_logged_shows_an_identifier_or_a_code(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        const string secret = "131052-308T";
        Assert.True((await world.ImportAsync(roundId, $"{secret},1952-10-13,town,fi,0\n")).Granted);
        var code = Assert.Single(await world.CodesAsync(roundId, $"{secret},,,,\n"));
        var stored = await world.Sql(async context => new
        {
            Electors = await context.Electors.AsNoTracking().ToListAsync(),
            Codes = await context.ElectorCodes.AsNoTracking().ToListAsync(),
            Audit = await context.AuditEntries.AsNoTracking().ToListAsync(),
            Key = await context.RegisterKeys.AsNoTracking().SingleAsync(),
        });
        var everything = string.Join('\n', stored.Audit.Select(entry => entry.Detail + entry.Subject))
            + Encoding.Latin1.GetString([.. stored.Electors.SelectMany(elector => elector.Identifier), .. stored.Codes.SelectMany(live => live.Code)]);
        Assert.DoesNotContain(secret, everything);
        Assert.DoesNotContain(code, everything);
        Assert.DoesNotContain(code.Replace("-", ""), everything);
        Assert.Equal(1952, Assert.Single(stored.Electors).BirthYear);
        Assert.Contains(stored.Audit, entry => entry.Act == "register.imported" && entry.Detail.Contains("\"added\":1"));
        Assert.Null(await world.Do<IAuditLog, long?>(audit => audit.FirstBrokenEntryAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task The_same_person_has_another_hash_in_every_round(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        var other = await world.RoundAsync();
        Assert.True((await world.SetRuleAsync(other, Registers.Sixteen)).Granted);
        foreach (var id in new[] { roundId, other })
            Assert.True((await world.ImportAsync(id, "A-1,2000-01-01,town,fi,0\n")).Granted);
        var hashes = await world.Sql(context => context.Electors.Select(elector => elector.Identifier).ToListAsync());
        Assert.Equal(2, hashes.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory, EachDatabase]
    public async Task Letters_are_issued_once_and_again_only_when_asked(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, Three + "=1+1,1970-01-01,town,sv,0\nGONE-5,1970-01-01,town,fi,0\n")).Granted);
        Assert.True((await world.ImportAsync(roundId, Three + "=1+1,1970-01-01,town,sv,0\n")).Granted);
        const string file = Three + "=1+1,1970-01-01,town,sv,0\nGONE-5,,,,\nA-1,,,,\nNOBODY-9,,,,\n,,,,\n";
        var (report, lines) = await world.LettersAsync(roundId, file);
        // C is under age, GONE-5 has left, A stands there twice.
        Assert.Equal(new(3, 0, 2, 2), report);
        Assert.Equal(["A-1", "B-2", "\"'=1+1\""], lines.Select(line => line.Split(',')[0]));
        Assert.All(lines, line => Assert.Matches("^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){2}$", line.Split(',')[1]));
        Assert.Equal(["fi", "sv", "sv"], lines.Select(line => line.Split(',')[2]));
        Assert.Equal(3, (await world.CountsAsync(roundId)).WithLetterCode);

        var (again, none) = await world.LettersAsync(roundId, file);
        Assert.Equal((new(0, 3, 2, 2), 0), (again, none.Count));
        var (reissued, others) = await world.LettersAsync(roundId, "A-1,,,,\n", reissue: true);
        Assert.Equal(new(1, 0, 0, 0), reissued);
        Assert.NotEqual(lines[0], Assert.Single(others));
    }

    [Theory, EachDatabase]
    public async Task When_the_letters_cannot_be_written_no_code_is_issued(DatabaseKind kind)
    {
        var (world, roundId) = await RoundAsync(kind);
        await using var _ = world;
        Assert.True((await world.ImportAsync(roundId, Three)).Granted);
        // Room for the header and no more.
        using var full = new MemoryStream(new byte[30]);
        await Assert.ThrowsAnyAsync<NotSupportedException>(() => world.Do<IElectorRegister, Outcome<LettersReport>>(register =>
            register.IssueLettersAsync(world.Official, roundId, Registers.File(Registers.Header + Three), full, false, default)));
        Assert.Equal(0, (await world.CountsAsync(roundId)).WithLetterCode);
    }
}
