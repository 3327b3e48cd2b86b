using System.Text;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Tests.Electorate;

/// <summary>Short words for rounds with a register, in the <see cref="World"/> of a test.</summary>
internal static class Registers
{
    public const string Header = "identifier,birth_date,region,language,protected\n";

    /// <summary>Sixteen by the end of the month in which the worlds vote.</summary>
    public static readonly ElectorateRule Sixteen = new(ElectorateBasis.Registered, 16, new(2027, 1, 31));

    public static MemoryStream File(string text) => new(Encoding.UTF8.GetBytes(text));

    public static Task<Outcome<Done>> SetRuleAsync(this World world, long roundId, ElectorateRule rule, Actor? actor = null) =>
        world.Do<IElectorRegister, Outcome<Done>>(register => register.SetRuleAsync(actor ?? world.Official, roundId, rule, default));

    public static Task<Outcome<RegisterReport>> ImportAsync(
        this World world, long roundId, string rows, bool partial = false, List<RowFault>? faults = null, Actor? actor = null) =>
        world.Do<IElectorRegister, Outcome<RegisterReport>>(register => register.ImportAsync(
            actor ?? world.Official, roundId, File(rows.StartsWith("identifier", StringComparison.Ordinal) ? rows : Header + rows), partial, faults is null ? null : faults.Add, default));

    public static async Task<RegisterCounts> CountsAsync(this World world, long roundId) =>
        (await world.Do<IElectorRegister, Outcome<RegisterCounts>>(register => register.CountAsync(world.Official, roundId, default))).Value;

    /// <summary>Issues letters for the rows of a file; what was written, line by line, without the header.</summary>
    public static async Task<(LettersReport Report, IReadOnlyList<string> Lines)> LettersAsync(this World world, long roundId, string rows, bool reissue = false)
    {
        using var letters = new MemoryStream();
        var issued = await world.Do<IElectorRegister, Outcome<LettersReport>>(register => register.IssueLettersAsync(
            world.Official, roundId, File(Header + rows), letters, reissue, default));
        var lines = Encoding.UTF8.GetString(letters.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("identifier,code,language", lines[0]);
        return (issued.Value, lines[1..]);
    }

    /// <summary>The codes of the people in the rows, in their order.</summary>
    public static async Task<IReadOnlyList<string>> CodesAsync(this World world, long roundId, string rows) =>
        [.. (await world.LettersAsync(roundId, rows)).Lines.Select(line => line.Split(',')[1])];

    /// <summary>A round in voting, with two projects and a register of the rows.</summary>
    public static async Task<(long RoundId, BallotSheet Sheet)> RegisteredAsync(this World world, string rows, ElectorateRule? rule = null)
    {
        world.Clock.Now = World.Start;
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        await world.ProposalAsync(roundId, headingId, "Penkki puistoon", Money.FromEuros(50));
        await world.ProposalAsync(roundId, headingId, "Lamppu polulle", Money.FromEuros(40));
        Assert.True((await world.SetRuleAsync(roundId, rule ?? Sixteen)).Granted);
        Assert.True((await world.ImportAsync(roundId, rows)).Granted);
        world.TravelTo(Phase.Voting);
        var sheets = await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default));
        return (roundId, Assert.Single(sheets));
    }

    public static Task<Outcome<EntryPass>> RedeemAsync(this World world, long roundId, string code, string address = "192.0.2.1") =>
        world.Do<IElectorate, Outcome<EntryPass>>(electorate => electorate.RedeemCodeAsync(roundId, code, address, default));

    public static Task<Outcome<Voter>> EnterAsync(this World world, EntryPass? pass, long roundId, Actor? actor = null) =>
        world.Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(actor ?? Actor.Visitor, pass, roundId, default));

    public static Task<Outcome<Done>> LinkAsync(this World world, Actor actor, long roundId, string code) =>
        world.Do<IElectorate, Outcome<Done>>(electorate => electorate.LinkAsync(actor, roundId, code, "192.0.2.1", default));

    /// <summary>A clerk of the county.</summary>
    public static async Task<Actor> ClerkAsync(this World world, long? regionId = null)
    {
        var clerk = await world.PersonAsync($"clerk{regionId}", world.TownId);
        await world.GrantAsync(clerk, Role.Clerk, regionId);
        return clerk;
    }

    public static Task<Outcome<T>> DeskAsync<T>(this World world, Func<IClerkDesk, Task<Outcome<T>>> act) => world.Do(act);
}
