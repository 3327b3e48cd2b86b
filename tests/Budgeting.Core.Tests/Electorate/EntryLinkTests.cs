using System.Text;
using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Electorate;

public sealed class EntryLinkTests
{
    private const string Rows = "131052-308T,1952-10-13,town,fi,0\n010594-9021,1994-05-01,town,sv,0\n";
    private const string First = "131052-308T", Second = "010594-9021";

    private static Identification Word(string subject, string? identifier, bool guarded = false, string provider = "suomi-fi") =>
        new(provider, "https://id.example", subject, identifier, "Anna Virtanen", guarded);

    private static Task<Identified> IdentifyAsync(World world, string subject, string? identifier, bool guarded = false, string provider = "suomi-fi") =>
        world.Do<IIdentities, Identified>(identities => identities.IdentifyAsync(Word(subject, identifier, guarded, provider), default));

    private static async Task<Outcome<IdentityUse>> LinkAsync(World world, Actor actor, string subject, string? identifier, bool guarded = false, string provider = "suomi-fi")
    {
        var proof = (await IdentifyAsync(world, subject, identifier, guarded, provider)).Proof;
        return await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.LinkAsync(actor, proof, "en", default));
    }

    private static async Task<LinkDispute> DisputeAsync(World world, long roundId) => Assert.Single(
        (await world.Do<ILinkDisputes, Outcome<IReadOnlyList<LinkDispute>>>(disputes => disputes.WaitingAsync(world.Official, roundId, default))).Value);

    private static Task<Outcome<Done>> DecideAsync(World world, Actor actor, long roundId, long disputeId, DisputeDecision? decision, string reason = "Todistus tarkistettu") =>
        world.Do<ILinkDisputes, Outcome<Done>>(disputes => disputes.DecideAsync(actor, roundId, disputeId, decision, reason, default));

    private static async Task<string> VoterKeyAsync(World world, Actor actor, long roundId) => (await world.EnterAsync(null, roundId, actor)).Value.Key;

    [Theory, EachDatabase]
    public async Task An_identification_links_the_account_in_every_open_and_coming_round_and_in_no_other(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (open, _) = await world.RegisteredAsync(Rows);
        var now = world.Clock.Now;
        var coming = await world.RoundAsync(periods: World.Weeks(now.AddHours(-1)));
        Assert.True((await world.SetRuleAsync(coming, Registers.Sixteen)).Granted);
        Assert.True((await world.ImportAsync(coming, Rows)).Granted);
        var strangers = await world.RoundAsync(periods: World.Weeks(now.AddHours(-1)));
        Assert.True((await world.SetRuleAsync(strangers, Registers.Sixteen)).Granted);
        Assert.True((await world.ImportAsync(strangers, $"{Second},1994-05-01,town,sv,0\n")).Granted);

        var identified = await IdentifyAsync(world, "s-1", First.ToLowerInvariant() + " ");
        Assert.Equal((null, "Anna Virtanen", 2), (identified.AccountId, identified.Name, identified.Entries));
        Assert.True((await world.EnterAsync(null, open, world.Resident)).RefusedFor("Electorate.NotLinked"));
        Assert.True((await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.SignInAsync(identified.Proof, default))).RefusedFor("Identity.Unknown"));
        Assert.Equal(new IdentityUse(world.Resident.AccountId!.Value, 2, 0, 0),
            (await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.LinkAsync(world.Resident, identified.Proof, "en", default))).Value);
        Assert.True((await world.EnterAsync(null, open, world.Resident)).Granted);
        Assert.Equal([(open, LinkState.Linked), (coming, LinkState.Linked)],
            (await world.Do<IElectorate, IReadOnlyList<OwnLink>>(electorate => electorate.LinksAsync(world.Resident, default))).Select(link => (link.RoundId, link.State)));
        Assert.Equal(world.Resident.AccountId, (await IdentifyAsync(world, "s-1", First)).AccountId);
        // Afterwards a round is closed, and another register has come: that is linked by the next sign-in.
        var later = await world.RoundAsync(periods: World.Weeks(now.AddHours(-1)));
        Assert.True((await world.SetRuleAsync(later, Registers.Sixteen)).Granted);
        Assert.True((await world.ImportAsync(later, Rows)).Granted);
        world.TravelTo(Phase.Counting);
        var used = await world.Do<IIdentities, Outcome<IdentityUse>>(async identities => await identities.SignInAsync((await identities.IdentifyAsync(Word("s-1", First), default)).Proof, default));
        Assert.Equal(2, used.Value.Linked);
        Assert.Equal([coming, later], (await world.Do<IElectorate, IReadOnlyList<OwnLink>>(electorate => electorate.LinksAsync(world.Resident, default))).Select(link => link.RoundId));
        // The log says that the account was linked, and not to whom.
        var logged = (await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 200, default))).Where(entry => entry.Act == "elector.linked").ToList();
        Assert.Equal(3, logged.Count);
        Assert.All(logged, entry => Assert.Equal("{}", entry.Detail));
        Assert.Equal(new[] { $"round {open}", $"round {coming}", $"round {later}" }.Order(), logged.Select(entry => entry.Subject).Order());
    }

    [Theory, EachDatabase]
    public async Task Of_subject_and_identifier_nothing_can_be_read_in_the_database_or_in_the_proof(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.RegisteredAsync(Rows);
        var identified = await IdentifyAsync(world, "marked-subject-77", First);
        Assert.Equal("suomi-fi", identified.ToString());
        Assert.Equal("suomi-fi", Word("marked-subject-77", First).ToString());
        Assert.True((await LinkAsync(world, world.Resident, "marked-subject-77", First)).Granted);
        var row = Assert.Single(await world.Sql(context => context.AccountIdentities.AsNoTracking().ToListAsync()));
        Assert.Equal(32, row.Subject.Length);
        Assert.DoesNotContain("marked-subject-77", Encoding.Latin1.GetString(row.Subject), StringComparison.Ordinal);
        if (kind == DatabaseKind.Sqlite)
        {
            var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(world.Database.ConnectionString).DataSource;
            foreach (var part in new[] { file, file + "-wal" }.Where(File.Exists))
            {
                await using var stream = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                var all = await reader.ReadToEndAsync();
                Assert.DoesNotContain("marked-subject-77", all, StringComparison.Ordinal);
                Assert.DoesNotContain(First, all, StringComparison.Ordinal);
            }
        }
    }

    [Theory, EachDatabase]
    public async Task An_account_that_was_deleted_and_made_anew_finds_the_same_ballot(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        var anna = await world.AccountAsync("anna@example.org");
        Assert.True((await LinkAsync(world, anna, "s-1", First)).Granted);
        var before = (await world.EnterAsync(null, roundId, anna)).Value;
        var cast = (await world.CastAsync(sheet, before, 1)).Value;
        await world.Sql(context => context.Users.Where(account => account.Id == anna.AccountId).ExecuteDeleteAsync());
        Assert.Empty(await world.Sql(context => context.AccountIdentities.AsNoTracking().ToListAsync()));
        Assert.True((await world.EnterAsync(null, roundId, anna)).RefusedFor("Electorate.NotLinked"));

        var proof = (await IdentifyAsync(world, "s-1", First)).Proof;
        var opened = (await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.OpenAccountAsync(proof, new("again@example.org", "Anna", world.TownId), default))).Value;
        Assert.NotEqual(anna.AccountId, opened.AccountId);
        var after = (await world.EnterAsync(null, roundId, Actor.Person(opened.AccountId))).Value;
        Assert.Equal(before.Key, after.Key);
        Assert.Equal(cast.Receipt, (await world.BallotBox.FindAsync(roundId, after, cast.Receipt, default)).Ballot!.Receipt);
        Assert.True((await world.CastAsync(sheet, after, 2)).Granted);
        Assert.Equal(1, await world.Sql(context => context.Ballots.CountAsync(ballot => ballot.RoundId == roundId)));
    }

    [Theory, EachDatabase]
    public async Task An_entry_of_another_account_is_disputed_and_a_coordinator_moves_the_link(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        var other = await world.RoundAsync();
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        var codes = await world.CodesAsync(roundId, Rows);
        var holder = await world.AccountAsync("holder@example.org");
        var claimant = await world.AccountAsync("claimant@example.org");
        // The entry's language is Finnish; this person has chosen another for messages.
        Assert.True((await world.Do<IAccounts, Outcome<Done>>(accounts => accounts.ChangeLanguageAsync(holder, "en", default))).Granted);
        Assert.True((await world.LinkAsync(holder, roundId, codes[0])).Granted);
        var voter = (await world.EnterAsync(null, roundId, holder)).Value;
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);

        Assert.Equal(new IdentityUse(claimant.AccountId!.Value, 0, 1, 0), (await LinkAsync(world, claimant, "s-1", First)).Value);
        // Identifying again makes no second claim.
        Assert.Equal(1, (await LinkAsync(world, claimant, "s-1", First)).Value.Disputed);
        Assert.True((await world.EnterAsync(null, roundId, claimant)).RefusedFor("Electorate.NotLinked"));
        Assert.Equal(LinkState.Disputed, Assert.Single(await world.Do<IElectorate, IReadOnlyList<OwnLink>>(electorate => electorate.LinksAsync(claimant, default))).State);
        var dispute = await DisputeAsync(world, roundId);
        Assert.Equal((LinkProof.Identification, LinkProof.Letter, false), (dispute.Proof, dispute.PresentProof!.Value, dispute.ClaimantHasAnother));

        Assert.True((await DecideAsync(world, world.Resident, roundId, dispute.Id, DisputeDecision.Moved)).RefusedFor("Forbidden"));
        Assert.True((await DecideAsync(world, world.Official with { PasskeyAt = world.Clock.Now.AddMinutes(-11) }, roundId, dispute.Id, DisputeDecision.Moved)).RefusedFor("StepUp.Needed"));
        Assert.True((await DecideAsync(world, world.Official, roundId, dispute.Id, DisputeDecision.Moved, " ab ")).RefusedFor("Dispute.Reason"));
        Assert.True((await DecideAsync(world, world.Official, roundId, dispute.Id, null)).RefusedFor("Dispute.Decision"));
        Assert.True((await DecideAsync(world, world.Official, other, dispute.Id, DisputeDecision.Moved)).RefusedFor("Dispute.Gone"));

        var clerk = await world.ClerkAsync();
        var session = (await world.RedeemAsync(roundId, (await world.DeskAsync(desk => desk.IssueSessionAsync(clerk, roundId, dispute.EntryId, default))).Value)).Value;
        Assert.True((await world.EnterAsync(session, roundId)).Granted);

        await using var server = world.AnotherServer([.. smtp.Settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))]);
        Assert.True((await server.OnAsync<ILinkDisputes, Outcome<Done>>(disputes => disputes.DecideAsync(world.Official, roundId, dispute.Id, DisputeDecision.Moved, "Todistus tarkistettu", default))).Granted);
        // Whoever was at the desk as this voter, while it was disputed who that is, goes on no longer.
        Assert.True((await world.EnterAsync(session, roundId)).RefusedFor("Electorate.PassNeeded"));
        Assert.True((await DecideAsync(world, world.Official, roundId, dispute.Id, DisputeDecision.Kept)).RefusedFor("Dispute.Gone"));
        Assert.True((await world.EnterAsync(null, roundId, holder)).RefusedFor("Electorate.NotLinked"));
        Assert.Equal(voter.Key, await VoterKeyAsync(world, claimant, roundId));
        // That there is a ballot they are told, and not what is on it.
        Assert.Equal(new(InBox.Ballot, null), await world.BallotBox.FindAsync(roundId, (await world.EnterAsync(null, roundId, claimant)).Value, null, default));

        await server.SendMailAsync();
        Assert.Contains("The right to vote is linked to another account", smtp.Mails.Single(mail => mail.To == "holder@example.org").Text, StringComparison.Ordinal);
        var told = smtp.Mails.Single(mail => mail.To == "claimant@example.org").Text;
        Assert.Contains("Äänioikeus on yhdistetty tähän tiliin", told, StringComparison.Ordinal);
        Assert.Contains("Todistus tarkistettu", told, StringComparison.Ordinal);
        var entry = Assert.Single(await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 200, default)), entry => entry.Act == "elector.disputeDecided");
        Assert.Equal(($"round {roundId} dispute {dispute.Id}", """{"decision":"Moved"}"""), (entry.Subject, entry.Detail));
    }

    [Theory, EachDatabase]
    public async Task A_link_that_is_kept_is_not_claimed_again_and_nobody_decides_on_their_own(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Rows);
        var codes = await world.CodesAsync(roundId, Rows);
        Assert.True((await world.LinkAsync(world.Official, roundId, codes[0])).Granted);
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[0])).RefusedFor("Electorate.Disputed"));
        var dispute = await DisputeAsync(world, roundId);
        Assert.True((await DecideAsync(world, world.Official, roundId, dispute.Id, DisputeDecision.Kept)).RefusedFor("Dispute.Own"));
        Assert.True((await DecideAsync(world, world.Colleague, roundId, dispute.Id, DisputeDecision.Kept)).Granted);
        Assert.True((await world.LinkAsync(world.Resident, roundId, codes[0])).RefusedFor("Electorate.LinkKept"));
        Assert.Equal(new IdentityUse(world.Resident.AccountId!.Value, 0, 0, 1), (await LinkAsync(world, world.Resident, "s-1", First)).Value);
        Assert.Equal(LinkState.Kept, Assert.Single(await world.Do<IElectorate, IReadOnlyList<OwnLink>>(electorate => electorate.LinksAsync(world.Resident, default))).State);
        Assert.True((await world.EnterAsync(null, roundId, world.Official)).Granted);
        // The free entry of somebody else is nobody's to dispute over by a letter; an identification says whose it is.
        Assert.True((await world.LinkAsync(world.Official, roundId, codes[1])).RefusedFor("Electorate.AlreadyLinked"));
        Assert.Equal(1, (await LinkAsync(world, world.Official, "s-2", Second)).Value.Disputed);
        Assert.True((await DisputeAsync(world, roundId)).ClaimantHasAnother);
        Assert.True((await DecideAsync(world, world.Official, roundId, (await DisputeAsync(world, roundId)).Id, DisputeDecision.Moved)).RefusedFor("Dispute.Own"));
        var first = await VoterKeyAsync(world, world.Official, roundId);
        Assert.True((await DecideAsync(world, world.Colleague, roundId, (await DisputeAsync(world, roundId)).Id, DisputeDecision.Moved)).Granted);
        Assert.NotEqual(first, await VoterKeyAsync(world, world.Official, roundId));
        Assert.Equal(1, (await world.CountsAsync(roundId)).Linked);
    }

    [Theory, EachDatabase]
    public async Task Two_accounts_that_identify_as_one_person_at_once_are_not_both_linked(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Rows);
        var uses = await Task.WhenAll(LinkAsync(world, world.Resident, "s-1", First), LinkAsync(world, world.Official, "t-1", First, provider: "town"));
        Assert.Equal(1, uses.Sum(use => use.Value.Linked));
        Assert.Equal(1, uses.Sum(use => use.Value.Disputed));
        Assert.Equal(1, (await world.CountsAsync(roundId)).Linked);
        // Of one identity, too, two accounts cannot both be the owner.
        var owners = await Task.WhenAll(LinkAsync(world, world.Colleague, "u-1", null, provider: "other"), LinkAsync(world, world.Resident, "u-1", null, provider: "other"));
        Assert.Single(owners, owner => owner.Granted);
        Assert.Single(owners, owner => owner.RefusedFor("Identity.Taken"));
    }

    [Theory, EachDatabase]
    public async Task An_identity_has_one_account_and_the_last_way_in_stays(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        Assert.True((await LinkAsync(world, Actor.Visitor, "s-1", null)).RefusedFor("SignIn.Needed"));
        Assert.True((await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.LinkAsync(world.Resident, "made-up", "en", default))).RefusedFor("Identity.Stale"));
        var late = (await IdentifyAsync(world, "s-1", null)).Proof;
        world.Clock.Now += TimeSpan.FromMinutes(Identified.Minutes);
        Assert.True((await world.Do<IIdentities, Outcome<Identified>>(identities => identities.LookAsync(late, default))).RefusedFor("Identity.Stale"));
        var proof = (await IdentifyAsync(world, "s-1", null)).Proof;
        Task<Outcome<IdentityUse>> OpenAsync(string email) =>
            world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.OpenAccountAsync(proof, new(email, "Anna", world.TownId), default));
        Assert.True((await OpenAsync("not an address")).RefusedFor("Account.Email"));
        Assert.True((await OpenAsync("resident@example.org")).RefusedFor("Account.EmailTaken"));
        var anna = Actor.Person((await OpenAsync("anna@example.org")).Value.AccountId);
        Assert.True((await OpenAsync("anna2@example.org")).RefusedFor("Identity.Taken"));
        Assert.True((await LinkAsync(world, world.Resident, "s-1", null)).RefusedFor("Identity.Taken"));
        Assert.True((await LinkAsync(world, anna, "s-2", null)).RefusedFor("Identity.Another"));
        Assert.Equal("suomi-fi", Assert.Single(await world.Do<IIdentities, IReadOnlyList<IdentityView>>(identities => identities.ListAsync(anna, default))).Provider);
        Task<Outcome<Done>> UnlinkAsync() => world.Do<IIdentities, Outcome<Done>>(identities => identities.UnlinkAsync(anna, "suomi-fi", "en", default));
        Assert.True((await UnlinkAsync()).RefusedFor("Identity.LastWayIn"));
        Assert.True((await world.Do<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(anna, "en", default))).Granted);
        Assert.True((await UnlinkAsync()).Granted);
        Assert.True((await UnlinkAsync()).Granted);
        Assert.True((await LinkAsync(world, world.Resident, "s-1", null)).Granted);
    }

    [Theory, EachDatabase]
    public async Task Whoever_shows_that_the_address_is_theirs_does_not_get_the_right_to_vote_with_the_account(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        var (roundId, _) = await world.RegisteredAsync(Rows);
        var proof = (await IdentifyAsync(world, "s-1", First)).Proof;
        var opened = (await world.Do<IIdentities, Outcome<IdentityUse>>(identities => identities.OpenAccountAsync(proof, new("berta@example.org", "Anna", world.TownId), default))).Value;
        Assert.True((await world.EnterAsync(null, roundId, Actor.Person(opened.AccountId))).Granted);
        await using var server = world.AnotherServer([.. smtp.Settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))]);
        Assert.True((await server.AskAsync("berta@example.org")).Granted);
        var token = await server.TokenAsync(smtp, "berta@example.org");
        var used = await server.OnAsync<IOneTimeLinks, Outcome<LinkUsed>>(links => links.UseAsync(Actor.Visitor, token, SignInWorld.Browser, default));
        Assert.Equal(opened.AccountId, used.Value.AccountId);
        Assert.True((await world.EnterAsync(null, roundId, Actor.Person(opened.AccountId))).RefusedFor("Electorate.NotLinked"));
        Assert.Null((await IdentifyAsync(world, "s-1", First)).AccountId);
    }

    [Theory, EachDatabase]
    public async Task A_clerk_who_has_seen_a_document_links_the_account_by_its_code(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var server = world.AnotherServer(smtp.Settings);
        var (roundId, _) = await world.RegisteredAsync(Rows);
        var clerk = await world.ClerkAsync();
        // The message about it comes in the account's language.
        var svea = await world.AccountAsync("svea@example.org");
        Assert.True((await world.Do<IAccounts, Outcome<Done>>(accounts => accounts.ChangeLanguageAsync(svea, "sv", default))).Granted);
        var hers = (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, Second, default))).Value;
        Assert.Equal(LinkState.Linked, (await server.OnAsync<IClerkDesk, Outcome<LinkState>>(desk => desk.LinkAccountAsync(clerk, roundId, hers.Id, "svea@example.org", default))).Value);
        await server.SendMailAsync();
        Assert.Contains("Du kan nu rösta genom att logga in", Assert.Single(smtp.Mails).Text, StringComparison.Ordinal);
        var entry = (await world.DeskAsync(desk => desk.FindAsync(clerk, roundId, First, default))).Value;
        Task<Outcome<LinkState>> LinkAsync(string account, Actor? actor = null, long? entryId = null) =>
            world.DeskAsync(desk => desk.LinkAccountAsync(actor ?? clerk, roundId, entryId ?? entry.Id, account, default));
        async Task<string> CodeAsync(Actor actor) => (await world.Do<IElectorate, Outcome<string>>(electorate => electorate.MakeDeskCodeAsync(actor, default))).Value;

        // Whose address it is, nobody has shown yet.
        Assert.True((await LinkAsync("resident@example.org")).RefusedFor("Desk.NoAccount"));
        Assert.True((await LinkAsync(await CodeAsync(clerk))).RefusedFor("Desk.OwnAccount"));
        Assert.True((await LinkAsync(await CodeAsync(world.Resident), world.Official)).RefusedFor("Forbidden"));
        var replaced = await CodeAsync(world.Resident);
        var late = await CodeAsync(world.Resident);
        Assert.True((await LinkAsync(replaced)).RefusedFor("Desk.NoAccount"));
        world.Clock.Now += TimeSpan.FromMinutes(20);
        Assert.True((await LinkAsync(late)).RefusedFor("Desk.NoAccount"));
        var code = await CodeAsync(world.Resident);
        Assert.Equal(LinkState.Linked, (await LinkAsync(code.ToLowerInvariant())).Value);
        Assert.True((await LinkAsync(code)).RefusedFor("Desk.NoAccount"));
        Assert.True((await world.EnterAsync(null, roundId, world.Resident)).Granted);
        await world.AccountAsync("berta@example.org");
        Assert.Equal(LinkState.Disputed, (await LinkAsync("Berta@Example.org")).Value);
        Assert.Equal((LinkProof.Document, LinkProof.Document), ((await DisputeAsync(world, roundId)).Proof, (await DisputeAsync(world, roundId)).PresentProof!.Value));
        var logged = await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(audit => audit.ReadAsync(Actor.Platform, 1, 200, default));
        Assert.Equal(($"round {roundId} entry {entry.Id}", "{}"), logged.Where(line => line.Act == "desk.accountLinked").Select(line => (line.Subject, line.Detail)).First());
        world.TravelTo(Phase.Counting);
        Assert.True((await LinkAsync(await CodeAsync(world.Resident))).RefusedFor("Voting.Closed"));
    }

    [Theory, EachDatabase]
    public async Task Of_somebody_under_protection_order_no_band_no_region_and_no_name_is_told(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, _) = await world.RegisteredAsync(Rows, Registers.Sixteen with { PublishesBands = true });
        Assert.Null((await IdentifyAsync(world, "s-1", First, guarded: true)).Name);
        Assert.True((await LinkAsync(world, world.Resident, "s-1", First)).Granted);
        Assert.Equal("age=65+;district=town;channel=online", (await world.EnterAsync(null, roundId, world.Resident)).Value.Band);
        // The provider says so only now: the person votes as before.
        Assert.True((await LinkAsync(world, world.Resident, "s-1", First, guarded: true)).Granted);
        Assert.Null((await world.EnterAsync(null, roundId, world.Resident)).Value.Band);
        var found = (await world.DeskAsync(async desk => await desk.FindAsync(await world.ClerkAsync(), roundId, First, default))).Value;
        Assert.True(found.IsProtected);
        Assert.Null(found.Region);
    }
}
