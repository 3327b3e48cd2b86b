using Budgeting.Core.Confirmations;
using Budgeting.Core.Attachments;
using Budgeting.Core.Electorate;
using Budgeting.Core.Moderation;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Attachments;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.People;

/// <summary>Where a role is held, seen from the region that everything tried lies in.</summary>
public enum Place
{
    /// <summary>There.</summary>
    Here,

    /// <summary>In the region above.</summary>
    Above,

    /// <summary>In a region beside it.</summary>
    Neighbour,

    /// <summary>In a region within it.</summary>
    Below,

    /// <summary>No role: a visitor, the platform.</summary>
    Nowhere,
}

/// <summary>Somebody who tries the doors.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Place">Where their role is held.</param>
/// <param name="ProposalId">A proposal of theirs; zero when they have none.</param>
/// <param name="DraftId">A draft of theirs.</param>
/// <param name="AttachmentId">A picture on that proposal.</param>
/// <param name="ActId">What was done to that proposal by moderation.</param>
/// <param name="PasskeyId">A passkey of theirs.</param>
/// <param name="SessionId">A sign-in of theirs.</param>
public sealed record RolePerson(
    Actor Actor, Place Place, long ProposalId = 0, long DraftId = 0, long AttachmentId = 0, long ActId = 0, string PasskeyId = "", Guid SessionId = default);

/// <summary>The things that doors are tried on.</summary>
public sealed record Things(
    long RoundId, long HeadingId, long ProposalId, long BatchId, long EntryId, long GrantId, long ConfirmationId, long RegionId, long AccountId,
    long AttachmentId, long ActId, string PasskeyId, Guid SessionId);

/// <summary>
/// A town with a round in voting by register and one by declaration, one not announced and one published, all in a county; a village beside it, a quarter within it; and a
/// person for each role in each of these regions.
/// </summary>
public sealed class RoleWorld : IAsyncDisposable
{
    private readonly List<(Column Column, RolePerson Person)> _people = [];
    private Things _usual = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "", default);
    private byte _passkeys;
    private Actor _reporter = Actor.Visitor;
    private long _foreignDraft, _announcedLater, _published, _publishedHeading, _lowered, _declared;

    private RoleWorld(World world) => World = world;

    public World World { get; }

    public IEnumerable<RolePerson> Of(Column column) => _people.Where(entry => entry.Column == column).Select(entry => entry.Person);

    /// <summary>What a person tries a door on, in the row's situation.</summary>
    public Things Things(string situation, RolePerson person, bool own)
    {
        var things = situation switch
        {
            "not announced" => _usual with { RoundId = _announcedLater },
            "published" => _usual with { RoundId = _published, HeadingId = _publishedHeading },
            "request waits" => _usual with { RoundId = _lowered },
            "by declaration" => _usual with { RoundId = _declared },
            "draft" => _usual with { ProposalId = _foreignDraft },
            "" => _usual,
            _ => throw new ArgumentException($"There is no situation '{situation}'."),
        };
        return own
            ? things with
            {
                ProposalId = situation == "draft" ? person.DraftId : person.ProposalId,
                AttachmentId = person.AttachmentId, ActId = person.ActId, PasskeyId = person.PasskeyId, SessionId = person.SessionId,
            }
            : things;
    }

    public static async Task<RoleWorld> CreateAsync(DatabaseKind kind)
    {
        var roles = new RoleWorld(await World.CreateAsync(kind));
        await roles.PublishAsync();
        await roles.PeopleAsync();
        await roles.RoundsAsync();
        return roles;
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private async Task PublishAsync()
    {
        _published = await World.RoundAsync(World.TownId);
        _publishedHeading = await World.HeadingAsync(_published, Money.FromEuros(100), regionId: World.TownId);
        World.TravelTo(Phase.Proposing);
        await World.ProposalAsync(_published, _publishedHeading, "Penkki puistoon", Money.FromEuros(50));
        World.TravelTo(Phase.Voting);
        var sheet = (await World.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(_published, default)))[0];
        foreach (var voter in await World.AdmitManyAsync(_published, 2))
            await World.CastAsync(sheet, voter, 1);
        World.TravelTo(Phase.Counting);
        await World.CarryOutAllAsync(_published);
        Assert.True((await World.PublishAsync(_published)).Granted);
        World.Clock.Now += TimeSpan.FromDays(1);
    }

    private async Task PeopleAsync()
    {
        var village = await RegionAsync("village", World.CountyId);
        var quarter = await RegionAsync("quarter", World.TownId);
        (Place Place, long RegionId)[] places = [(Place.Here, World.TownId), (Place.Above, World.CountyId), (Place.Neighbour, village), (Place.Below, quarter)];
        foreach (var column in RoleTable.Columns)
        {
            if (column.Role is not { } role)
            {
                _people.Add((column, new(column.Name == "visitor" ? Actor.Visitor : Actor.Platform, Place.Nowhere)));
                continue;
            }
            foreach (var (place, regionId) in places)
            {
                var person = await World.PersonAsync($"{role}-{place}", World.TownId);
                await World.GrantAsync(person, role, regionId);
                _people.Add((column, new(person, place)));
            }
        }

        async Task<long> RegionAsync(string slug, long parentId) => (await World.Do<IRegions, Outcome<long>>(regions =>
            regions.CreateAsync(Actor.Platform, new(slug, RegionKind.District, new(slug), parentId), default))).Value;
    }

    private async Task RoundsAsync()
    {
        var now = World.Clock.Now;
        PhasePeriod[] Periods(DateTimeOffset announced, DateTimeOffset voting)
        {
            DateTimeOffset[] starts = [announced, announced.AddHours(1), voting.AddHours(-1), voting, voting.AddDays(900)];
            Phase[] phases = [Phase.Announced, Phase.Proposing, Phase.Evaluating, Phase.Voting, Phase.Counting];
            return [.. phases.Select((phase, i) => new PhasePeriod(phase, starts[i], i + 1 < starts.Length ? starts[i + 1] : null))];
        }
        // A request that waits: the envelope of a round still to be voted on.
        _lowered = await World.RoundAsync(World.TownId, periods: Periods(now.AddHours(-2), now.AddDays(40)));
        _announcedLater = await World.RoundAsync(World.TownId, periods: Periods(now.AddDays(400), now.AddDays(500)));
        var open = await World.RoundAsync(World.TownId, periods: Periods(now.AddHours(-2), now.AddDays(2)));
        var heading = await World.HeadingAsync(open, Money.FromEuros(100), regionId: World.TownId);
        _declared = await World.RoundAsync(World.TownId, periods: Periods(now.AddHours(-2), now.AddDays(2)));
        await World.ProposalAsync(_declared, await World.HeadingAsync(_declared, Money.FromEuros(100), regionId: World.TownId), "Penkki puistoon", Money.FromEuros(50));
        await World.ProposalAsync(open, heading, "Penkki puistoon", Money.FromEuros(50));
        var foreign = await WriteAsync(World.Resident, open, heading);
        Assert.True((await World.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(World.Resident, foreign, default))).Granted);
        _foreignDraft = await WriteAsync(World.Resident, open, heading);
        for (var i = 0; i < _people.Count; i++)
        {
            var (column, person) = _people[i];
            if (person.Actor.AccountId is null)
                continue;
            var proposal = await WriteAsync(person.Actor, open, heading);
            Assert.True((await World.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(person.Actor, proposal, default))).Granted);
            _people[i] = (column, person with { ProposalId = proposal, DraftId = await WriteAsync(person.Actor, open, heading) });
            _people[i] = (column, await OwnThingsAsync(_people[i].Person));
        }
        var resident = await OwnThingsAsync(new(World.Resident, Place.Nowhere, foreign));
        Assert.True((await World.Do<IModeration, Outcome<Done>>(moderation => moderation.AppealAsync(World.Resident, resident.ActId, "Tekstissä ei ole mitään vikaa.", default))).Granted);
        Assert.True((await World.SetRuleAsync(open, Registers.Sixteen)).Granted);
        Assert.True((await World.ImportAsync(open, "A-1,2000-01-02,town,fi,0\n")).Granted);
        World.Clock.Now = now.AddDays(2).AddHours(1);
        await World.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(open, default));
        var batch = (await World.Do<IPaperBallots, Outcome<long>>(paper => paper.OpenBatchAsync(World.Official, open, new("Kirjasto", 1), default))).Value;

        World.Clock.Now = now.AddDays(40).AddMinutes(-30);
        var asked = (await World.Do<IConfirmations, Outcome<long>>(confirmations =>
            confirmations.AskToLowerEnvelopeAsync(World.Official, _lowered, Money.FromEuros(10), "Säästöpäätös", default))).Value;
        var panellist = await World.PersonAsync("panellist", World.TownId);
        var grant = await World.GrantAsync(panellist, Role.Panel, World.TownId);
        for (var i = 0; i < _people.Count; i++)
        {
            var (column, person) = _people[i];
            if (person.Actor.AccountId is not null)
                _people[i] = (column, person with { Actor = World.Fresh(person.Actor), SessionId = await SignInAsync(person.Actor) });
        }
        var entry = await World.Sql(context => context.Electors.Where(elector => elector.RoundId == open).Select(elector => elector.Id).FirstAsync());
        _usual = new(open, heading, foreign, batch, entry, grant, asked, World.TownId, World.Resident.AccountId!.Value,
            resident.AttachmentId, resident.ActId, resident.PasskeyId, await SignInAsync(World.Resident));

        Task<Guid> SignInAsync(Actor person) => World.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(person.AccountId!.Value, SignInWay.Passkey, "Firefox", default));
    }

    /// <summary>Adds to a proposal's author what else can be one's own: a picture, an act of moderation and a passkey.</summary>
    private async Task<RolePerson> OwnThingsAsync(RolePerson person)
    {
        using var picture = new MemoryStream(Files.Png());
        var attachment = await World.Do<IAttachments, Outcome<long>>(attachments => attachments.AddAsync(person.Actor, person.ProposalId, "Lamppu polun varrella", picture, default));
        // One person may not report much in an hour.
        if (_passkeys % 8 == 0)
            _reporter = await World.PersonAsync($"reporter-{_passkeys}", World.TownId);
        Assert.True((await World.Do<IModeration, Outcome<Done>>(moderation => moderation.ReportAsync(
            _reporter, person.ProposalId, new(ModerationCategory.Misplaced, "Ei kuulu tänne"), default))).Granted);
        Assert.True((await World.Do<IModeration, Outcome<Done>>(moderation => moderation.ActAsync(
            World.Official, [person.ProposalId], new(ModerationKind.AskToChange, ModerationCategory.Misplaced, "Kerro, miten tämä liittyy kierrokseen."), default))).Granted);
        var act = Assert.Single(await World.Do<IModeration, IReadOnlyList<ModerationActView>>(moderation => moderation.OwnAsync(person.Actor, person.ProposalId, default)));
        var passkey = await World.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(World.Fresh(person.Actor), SignInWorld.Passkey(++_passkeys), "Avain", "fi", default));
        return person with { AttachmentId = attachment.Value, ActId = act.Id, PasskeyId = passkey.Value };
    }

    private async Task<long> WriteAsync(Actor actor, long roundId, long headingId) => (await World.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(
        actor, roundId, new(headingId, "fi", "Lamppu polulle", "Tämä on ehdotus, jossa on tarpeeksi tekstiä.", null), Guid.NewGuid(), default))).Value;
}
