using System.Text.Json;
using Budgeting.Core.Audit;
using Budgeting.Core.Electorate;
using Budgeting.Core.Following;
using Budgeting.Core.Moderation;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Tests.Attachments;
using Budgeting.Core.Tests.Electorate;
using Budgeting.Core.Tests.Following;
using Budgeting.Core.Tests.Notifications;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Tests.People;

public sealed class MyDataTests
{
    private const string Rows = "A-1,1980-01-01,town,fi,0\n";

    private static Task<Outcome<Done>> DeleteAsync(World world, Actor actor, bool keepName = false, bool confirmed = true, Guid? session = null, bool fresh = true) =>
        world.Do<IMyData, Outcome<Done>>(data => data.DeleteAsync(fresh ? world.Fresh(actor) : actor, session, new(confirmed, keepName), default));

    private static async Task<JsonElement> DownloadAsync(World world, Actor actor)
    {
        using var file = new MemoryStream();
        Assert.True((await world.Do<IMyData, Outcome<Done>>(data => data.WriteAsync(actor, null, file, default))).Granted);
        return JsonDocument.Parse(file.ToArray()).RootElement;
    }

    private static Task<ProposalView?> FindAsync(World world, long proposalId) =>
        world.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(Actor.Visitor, proposalId, default));

    private static async Task<(World World, long RoundId, long ProposalId)> ProposedAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        return (world, roundId, await world.ProposalAsync(roundId, headingId, "Keinut puistoon"));
    }

    [Theory, EachDatabase]
    public async Task A_person_downloads_what_is_kept_of_them_and_nothing_of_others(DatabaseKind kind)
    {
        var (world, roundId, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        var own = await world.AccountAsync("anna@example.org");
        var picture = Files.Jpeg;
        Assert.True((await world.Do<Core.Attachments.IAttachments, Outcome<long>>(attachments =>
            attachments.AddAsync(world.Resident, proposalId, "Keinu koivun alla", new MemoryStream(picture), default))).Granted);
        Assert.True((await world.Do<IModeration, Outcome<Done>>(moderation =>
            moderation.ReportAsync(own, proposalId, new(ModerationCategory.PersonalData, "Naapurin nimi"), default))).Granted);
        Assert.True((await world.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(own, SignInWorld.Passkey(7), "Puhelin", "fi", default))).Granted);
        await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(own.AccountId!.Value, SignInWay.Passkey, "Firefox", default));
        Assert.True((await world.FollowAsync(own, roundId)).Granted);

        var mine = await DownloadAsync(world, world.Fresh(own));
        Assert.Equal("anna@example.org", mine.GetProperty("account").GetProperty("email").GetString());
        Assert.Equal("Puhelin", mine.GetProperty("passkeys")[0].GetProperty("name").GetString());
        Assert.Equal("Firefox", mine.GetProperty("signIns")[0].GetProperty("browser").GetString());
        Assert.Equal("Naapurin nimi", mine.GetProperty("reports")[0].GetProperty("words").GetString());
        Assert.Equal(roundId, Assert.Single(mine.GetProperty("following").EnumerateArray()).GetProperty("roundId").GetInt64());
        Assert.Equal(0, mine.GetProperty("proposals").GetArrayLength());
        Assert.DoesNotContain("Keinu", mine.ToString());

        var theirs = await DownloadAsync(world, world.Fresh(world.Resident));
        Assert.Equal("Keinut puistoon", theirs.GetProperty("proposals")[0].GetProperty("title").GetString());
        var attachment = theirs.GetProperty("attachments")[0];
        var kept = await world.Sql(context => context.AttachmentPieces.OrderBy(piece => piece.Number).Select(piece => piece.Bytes).ToListAsync());
        Assert.Equal(kept.SelectMany(piece => piece), attachment.GetProperty("bytes").GetBytesFromBase64());
        Assert.DoesNotContain("anna@example.org", theirs.ToString());
        Assert.DoesNotContain("Naapurin", theirs.ToString());
    }

    [Theory, EachDatabase]
    public async Task Who_leaves_is_gone_and_what_was_public_stays_by_nobody(DatabaseKind kind)
    {
        var (world, roundId, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        var headingId = await world.Sql(context => context.Headings.Select(heading => heading.Id).FirstAsync());
        Assert.True((await world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(
            world.Resident, roundId, new(headingId, "fi", "Vain luonnos", "Tätä ei ole vielä lähetetty kenellekään luettavaksi.", null), Guid.NewGuid(), default))).Granted);
        await world.GrantAsync(world.Resident, Role.ExpertByExperience);
        var id = world.Resident.AccountId!.Value;

        var before = (await world.Do<IMyData, Outcome<Leaving>>(data => data.LookAsync(world.Resident, default))).Value;
        Assert.Equal(("resident", 1, 1, 0, 0), (before.Name, before.Drafts, before.PublicProposals, before.Offices.Count, before.VotingRounds));
        Assert.True((await DeleteAsync(world, world.Resident, confirmed: false)).RefusedFor("Data.Confirm"));
        // They follow their own proposal, and chose how often.
        Assert.True((await world.Do<IFollowing, Outcome<Done>>(following => following.ChooseAsync(world.Resident, NewsChoice.Weekly, default))).Granted);
        Assert.Equal(1, await world.Sql(context => context.Follows.CountAsync(follow => follow.AccountId == id)));
        Assert.True((await DeleteAsync(world, world.Resident)).Granted);
        Assert.Equal(0, await world.Sql(context => context.Follows.CountAsync(follow => follow.AccountId == id)));

        var shown = (await FindAsync(world, proposalId))!;
        Assert.Equal(("Keinut puistoon", ""), (shown.Title, shown.AuthorName));
        Assert.Equal(1, await world.Sql(context => context.Proposals.CountAsync()));
        var account = await world.Sql(context => context.Users.AsNoTracking().SingleAsync(account => account.Id == id));
        Assert.Equal((null, null, null, ""), (account.Email, account.UserName, account.HomeRegionId, account.DisplayName));
        Assert.NotNull(account.LeftAt);
        Assert.Null(account.News);
        Assert.Empty(await world.Do<IAuthority, IReadOnlyList<RoleHeld>>(authority => authority.RolesOfAsync(id, default)));
        Assert.True((await DeleteAsync(world, world.Resident)).RefusedFor("SignIn.Needed"));
        Assert.False((await world.Do<IMyData, Outcome<Leaving>>(data => data.LookAsync(world.Resident, default))).Granted);
        var log = await world.Do<IAuditLog, IReadOnlyList<AuditEntryView>>(log => log.ReadAsync(world.Official, 1, 10, default));
        Assert.Contains(log, entry => entry.Act == "account.deleted" && entry.Subject == $"account {id}");
        Assert.Null(await world.Do<IAuditLog, long?>(log => log.FirstBrokenEntryAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task Whatever_another_browser_still_asks_for_after_the_account_is_deleted_is_refused(DatabaseKind kind)
    {
        var (world, roundId, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        Assert.True((await world.SetRuleAsync(roundId, Registers.Sixteen)).Granted);
        Assert.True((await world.ImportAsync(roundId, Rows)).Granted);
        var code = (await world.CodesAsync(roundId, Rows))[0];
        var headingId = await world.Sql(context => context.Headings.Select(heading => heading.Id).FirstAsync());
        var others = (await world.Do<IProposals, Outcome<long>>(proposals => proposals.WriteAsync(
            world.Official, roundId, Idea(headingId), Guid.NewGuid(), default))).Value;
        Assert.True((await world.Do<IProposals, Outcome<Done>>(proposals => proposals.SubmitAsync(world.Official, others, default))).Granted);
        var picture = (await world.Do<Core.Attachments.IAttachments, Outcome<long>>(attachments =>
            attachments.AddAsync(world.Resident, proposalId, "Keinu koivun alla", new MemoryStream(Files.Jpeg), default))).Value;
        var proof = (await world.Do<IIdentities, Identified>(identities => identities.IdentifyAsync(new("suomi-fi", "https://id.example", "s-1", "A-1", null, false), default))).Proof;
        var (left, id) = (world.Resident, world.Resident.AccountId!.Value);
        Assert.True((await DeleteAsync(world, left)).Granted);
        var before = await world.Sql(context => context.Proposals.AsNoTracking().OrderBy(proposal => proposal.Id).ToListAsync());

        async Task RefusedAsync<TService, T>(Func<TService, Task<Outcome<T>>> act)
            where TService : notnull
        {
            var outcome = await world.Do(act);
            Assert.True(outcome.RefusedFor("SignIn.Needed"), outcome.Refusals is [var refusal, ..] ? refusal.Key : "It was granted.");
        }
        await RefusedAsync<IPasskeys, string>(passkeys => passkeys.AddAsync(left, SignInWorld.Passkey(9), "Avain", "en", default));
        await RefusedAsync<IPasskeys, Done>(passkeys => passkeys.RenameAsync(left, "AQID", "Avain", default));
        await RefusedAsync<IRecoveryCodes, IReadOnlyList<string>>(codes => codes.RenewAsync(left, "en", default));
        await RefusedAsync<IIdentities, IdentityUse>(identities => identities.LinkAsync(left, proof, "en", default));
        await RefusedAsync<IAccounts, Done>(accounts => accounts.ChangeOwnAsync(left, "Eeva", world.TownId, default));
        await RefusedAsync<IElectorate, string>(electorate => electorate.MakeDeskCodeAsync(left, default));
        await RefusedAsync<IProposals, long>(proposals => proposals.WriteAsync(left, roundId, Idea(headingId), Guid.NewGuid(), default));
        await RefusedAsync<IProposals, Done>(proposals => proposals.ChangeAsync(left, proposalId, Idea(headingId), default));
        await RefusedAsync<IProposals, Done>(proposals => proposals.WithdrawAsync(left, proposalId, default));
        await RefusedAsync<Core.Attachments.IAttachments, long>(attachments => attachments.AddAsync(left, proposalId, "Keinu talvella", new MemoryStream(Files.Jpeg), default));
        await RefusedAsync<Core.Attachments.IAttachments, Done>(attachments => attachments.RemoveAsync(left, picture, default));
        await RefusedAsync<IModeration, Done>(moderation => moderation.ReportAsync(left, others, new(ModerationCategory.PersonalData, null), default));
        await RefusedAsync<IFollowing, Done>(following => following.FollowRoundAsync(left, roundId, default));
        Assert.False((await world.LinkAsync(left, roundId, code)).Granted);
        await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(id, SignInWay.Link, "Firefox", default));

        Assert.Equal(before.Select(proposal => (proposal.Id, proposal.Title, proposal.Status)),
            (await world.Sql(context => context.Proposals.AsNoTracking().OrderBy(proposal => proposal.Id).ToListAsync())).Select(proposal => (proposal.Id, proposal.Title, proposal.Status)));
        Assert.Equal(0, await world.Sql(async context =>
            await context.UserPasskeys.CountAsync(row => row.UserId == id) + await context.RecoveryCodes.CountAsync(row => row.AccountId == id)
            + await context.AccountIdentities.CountAsync(row => row.AccountId == id) + await context.ElectorAccounts.CountAsync(row => row.AccountId == id)
            + await context.DeskCodes.CountAsync(row => row.AccountId == id) + await context.Reports.CountAsync(row => row.ReporterId == id)
            + await context.SignInSessions.CountAsync(row => row.AccountId == id) + await context.Follows.CountAsync(row => row.AccountId == id)));

        static ProposalInput Idea(long headingId) => new(headingId, "fi", "Penkki puistoon", "Tämä on ehdotus, jossa on tarpeeksi tekstiä.", null);
    }

    [Theory, EachDatabase]
    public async Task Nothing_is_written_about_somebody_beside_the_deletion_of_their_account(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        for (var i = 0; i < 5; i++)
        {
            var anna = await world.AccountAsync($"anna{i}@example.org");
            var credential = (byte)(20 + i);
            await Task.WhenAll(
                DeleteAsync(world, anna),
                world.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(anna, SignInWorld.Passkey(credential), "Avain", "en", default)),
                world.Do<IRecoveryCodes, Outcome<IReadOnlyList<string>>>(codes => codes.RenewAsync(anna, "en", default)),
                world.Do<IElectorate, Outcome<string>>(electorate => electorate.MakeDeskCodeAsync(anna, default)));
            Assert.Equal(0, await world.Sql(async context =>
                await context.UserPasskeys.CountAsync(row => row.UserId == anna.AccountId) + await context.RecoveryCodes.CountAsync(row => row.AccountId == anna.AccountId)
                + await context.DeskCodes.CountAsync(row => row.AccountId == anna.AccountId)));
        }
    }

    [Theory, EachDatabase]
    public async Task A_name_stays_where_its_owner_wants_it_to(DatabaseKind kind)
    {
        var (world, _, proposalId) = await ProposedAsync(kind);
        await using var __ = world;
        Assert.True((await DeleteAsync(world, world.Resident, keepName: true)).Granted);
        Assert.Equal("resident", (await FindAsync(world, proposalId))!.AuthorName);
    }

    [Theory, EachDatabase]
    public async Task Deleting_needs_a_passkey_shown_just_now_and_without_one_a_sign_in_from_just_now(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var anna = await world.AccountAsync("anna@example.org");
        var session = await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(anna.AccountId!.Value, SignInWay.Link, "Firefox", default));
        var foreign = await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(world.Resident.AccountId!.Value, SignInWay.Link, "Firefox", default));
        async Task<string?> RefuseAsync(Actor actor, Guid? session) =>
            (await world.Do<IMyData, Outcome<Done>>(data => data.CheckAsync(actor, session, default))).Refusals is [var refusal] ? refusal.Key : null;
        Assert.Null(await RefuseAsync(anna, session));
        Assert.Equal("Data.SignInAgain", await RefuseAsync(anna, null));
        Assert.Equal("Data.SignInAgain", await RefuseAsync(anna, foreign));
        world.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Equal("Data.SignInAgain", await RefuseAsync(anna, session));
        Assert.True((await world.Do<IPasskeys, Outcome<string>>(passkeys => passkeys.AddAsync(anna, SignInWorld.Passkey(7), "Puhelin", "fi", default))).Granted);
        var again = await world.Do<ISignInSessions, Guid>(sessions => sessions.BeginAsync(anna.AccountId!.Value, SignInWay.Link, "Firefox", default));
        Assert.Equal("StepUp.Needed", await RefuseAsync(anna, again));
        Assert.True((await DeleteAsync(world, anna, session: again, fresh: false)).RefusedFor("StepUp.Needed"));
        using var nothing = new MemoryStream();
        Assert.True((await world.Do<IMyData, Outcome<Done>>(data => data.WriteAsync(anna, again, nothing, default))).RefusedFor("StepUp.Needed"));
        Assert.Equal(0, nothing.Length);
        Assert.Null(await RefuseAsync(world.Fresh(anna), again));
        Assert.True((await DeleteAsync(world, anna)).Granted);
        Assert.Equal(0, await world.Sql(context => context.UserPasskeys.CountAsync(passkey => passkey.UserId == anna.AccountId)));
        Assert.Equal(0, await world.Sql(context => context.SignInSessions.CountAsync(row => row.AccountId == anna.AccountId)));
    }

    [Theory, EachDatabase]
    public async Task Officials_hand_their_roles_over_first(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        Assert.True((await DeleteAsync(world, world.Official)).RefusedFor("Data.HoldsRoles"));
        Assert.NotEmpty((await world.Do<IMyData, Outcome<Leaving>>(data => data.LookAsync(world.Official, default))).Value.Offices);
        foreach (var grant in await world.Do<IRoles, IReadOnlyList<GrantView>>(roles => roles.OwnAsync(world.Official, default)))
            Assert.True((await world.Do<IRoles, Outcome<Done>>(roles => roles.RevokeAsync(world.Colleague, grant.Id, "Siirtyy muualle", default))).Granted);
        Assert.True((await DeleteAsync(world, world.Official)).Granted);
        // The colleague is now the last administrator: nobody can take that role, and so they cannot leave.
        Assert.True((await DeleteAsync(world, world.Colleague)).RefusedFor("Data.HoldsRoles"));
        var last = (await world.Do<IRoles, IReadOnlyList<GrantView>>(roles => roles.OwnAsync(world.Colleague, default))).First(grant => grant.Role == Role.Administrator);
        Assert.True((await world.Do<IRoles, Outcome<Done>>(roles => roles.RevokeAsync(Actor.Platform, last.Id, "Siirtyy muualle", default))).RefusedFor("Role.LastAdministrator"));
    }

    [Theory, EachDatabase]
    public async Task Who_leaves_and_comes_back_votes_once_by_declaration(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.VotingAsync(costs: [40, 50]);
        var first = await world.AccountAsync("anna@example.org");
        Assert.True((await world.CastAsync(sheet, await world.AdmitAsync(first, roundId), 1)).Granted);
        Assert.True((await DeleteAsync(world, first)).Granted);
        Assert.False((await world.Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(first, roundId, default))).Granted);

        // Somebody who only says that the address is theirs does not get hold of the ballot, and no second one either.
        world.Clock.Now += TimeSpan.FromMinutes(1);
        var unproved = await world.AccountAsync("anna@example.org", confirmed: false);
        Assert.True((await world.Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(unproved, roundId, default))).RefusedFor("Electorate.ConfirmAddress"));
        Assert.True((await DeleteAsync(world, unproved)).Granted);

        for (var i = 0; i < 2; i++)
        {
            world.Clock.Now += TimeSpan.FromMinutes(1);
            var again = await world.AccountAsync("anna@example.org");
            Assert.True((await world.CastAsync(sheet, await world.AdmitAsync(again, roundId), 2)).Granted);
            Assert.Equal(1, await world.Sql(context => context.Ballots.CountAsync()));
            Assert.True((await DeleteAsync(world, again)).Granted);
        }
        // Another address is another voter, as it always was.
        Assert.True((await world.CastAsync(sheet, await world.AdmitAsync(await world.AccountAsync("eve@example.org"), roundId), 2)).Granted);
        Assert.Equal(2, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task Where_no_mail_is_sent_nobody_shuts_another_out_by_giving_their_address_and_leaving(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await using var smtp = new SmtpServer();
        await using var sending = world.AnotherServer(smtp.Settings);
        var (roundId, _) = await world.VotingAsync(costs: [40, 50]);
        Assert.True((await DeleteAsync(world, await world.AccountAsync("anna@example.org", confirmed: false))).Granted);
        world.Clock.Now += TimeSpan.FromMinutes(1);
        var anna = await world.AccountAsync("anna@example.org", confirmed: false);
        Assert.True((await world.Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(anna, roundId, default))).Granted);

        // Where mail is sent, its owner confirms the address and votes in the place of whoever gave it.
        var eve = world.Fresh(await world.AccountAsync("berta@example.org", confirmed: false));
        Assert.True((await sending.OnAsync<IMyData, Outcome<Done>>(data => data.DeleteAsync(eve, null, new(true, false), default))).Granted);
        world.Clock.Now += TimeSpan.FromMinutes(1);
        var berta = await world.AccountAsync("berta@example.org", confirmed: false);
        Assert.True((await world.Do<IElectorate, Outcome<Voter>>(electorate => electorate.AdmitAsync(berta, roundId, default))).RefusedFor("Electorate.ConfirmAddress"));
    }

    [Theory, EachDatabase]
    public async Task Who_leaves_and_comes_back_votes_once_by_register(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        var (roundId, sheet) = await world.RegisteredAsync(Rows);
        var code = (await world.CodesAsync(roundId, Rows))[0];
        var first = await world.AccountAsync("anna@example.org");
        Assert.True((await world.LinkAsync(first, roundId, code)).Granted);
        var voter = (await world.EnterAsync(null, roundId, first)).Value;
        Assert.True((await world.CastAsync(sheet, voter, 1)).Granted);
        Assert.True((await DeleteAsync(world, first)).Granted);

        var again = await world.AccountAsync("anna@example.org");
        Assert.True((await world.EnterAsync(null, roundId, again)).RefusedFor("Electorate.NotLinked"));
        Assert.True((await world.LinkAsync(again, roundId, code)).Granted);
        Assert.Equal(voter.Key, (await world.EnterAsync(null, roundId, again)).Value.Key);
        Assert.True((await world.CastAsync(sheet, (await world.EnterAsync(null, roundId, again)).Value, 2)).Granted);
        Assert.Equal(1, await world.Sql(context => context.Ballots.CountAsync()));
    }

    [Theory, EachDatabase]
    public async Task The_database_keeps_nothing_of_an_account_whose_owner_has_left(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        Assert.True((await DeleteAsync(world, world.Resident)).Granted);
        var id = world.Resident.AccountId!.Value;
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => world.Sql(context =>
            context.Users.Where(account => account.Id == id).ExecuteUpdateAsync(row => row.SetProperty(account => account.Email, "anna@example.org"))));
    }
}
