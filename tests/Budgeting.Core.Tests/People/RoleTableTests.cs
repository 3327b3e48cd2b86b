using System.Collections;
using System.Reflection;
using Budgeting.Core.Assistance;
using Budgeting.Core.Electorate;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Following;
using Budgeting.Core.Import;
using Budgeting.Core.Invitations;
using Budgeting.Core.Moderation;
using Budgeting.Core.Paper;
using Budgeting.Core.People;
using Budgeting.Core.Proposals;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using Budgeting.Core.SignIn;
using Budgeting.Core.Stations;
using Budgeting.Core.Tests.SignIn;
using Budgeting.Core.Voting;
using Budgeting.Tally;
using Microsoft.AspNetCore.Identity;

namespace Budgeting.Core.Tests.People;

/// <summary>Calls every method of every service as everybody, and compares with the table of docs/roles.md.</summary>
public sealed class RoleTableTests(ITestOutputHelper output)
{
    private static readonly string[] Closed = ["Forbidden", "NotFound", "SignIn.Needed", "Passkey.Needed"];

    private static readonly IReadOnlyList<MethodInfo> Methods =
        [.. typeof(Actor).Assembly.GetExportedTypes().Where(type => type.IsInterface).OrderBy(type => type.Name, StringComparer.Ordinal)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)).Where(method => !method.IsSpecialName)];

    private static string DoorOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    // IAuthority is what the others ask: it is tried through them. The rest ask nobody who they are.
    private static bool AsksWho(MethodInfo method) =>
        method.DeclaringType != typeof(IAuthority) && method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Actor));

    [Fact]
    public async Task Every_method_of_every_service_stands_in_the_table_and_nothing_else_does()
    {
        var table = await RoleTable.ReadAsync();
        var rows = table.Doors.Where(door => !door.Contains(' ', StringComparison.Ordinal) || door.StartsWith('I')).ToList();
        Assert.Empty(Methods.Select(DoorOf).Distinct().Except(rows.Select(RoleTable.Bare)));
        Assert.Empty(rows.Select(RoleTable.Bare).Except(Methods.Select(DoorOf)));
        foreach (var method in Methods)
        {
            foreach (var row in rows.Where(row => RoleTable.Bare(row) == DoorOf(method)))
                Assert.All(RoleTable.Columns, column => Assert.True(AsksWho(method) == (table.Cell(row, column) != RoleTable.None), $"{row}: {column.Name}"));
        }
    }

    [Theory, EachDatabase]
    public async Task Every_service_lets_in_those_whom_the_table_names_and_nobody_else(DatabaseKind kind)
    {
        var table = await RoleTable.ReadAsync();
        await using var world = await RoleWorld.CreateAsync(kind);
        var findings = new RoleFindings(table);
        foreach (var method in Methods.Where(AsksWho))
        {
            foreach (var door in table.Doors.Where(door => RoleTable.Bare(door) == DoorOf(method)))
            {
                foreach (var column in RoleTable.Columns)
                {
                    await findings.TryAsync(door, column, world, async (person, own) =>
                        await world.World.Do<IServiceProvider, bool>(async services =>
                        {
                            var service = services.GetService(method.DeclaringType!)!;
                            var arguments = method.GetParameters().Select(parameter => Argument(parameter, person.Actor, world.Things(RoleTable.SituationOf(door), person, own)));
                            var task = (Task)method.Invoke(service, [.. arguments])!;
                            await task;
                            return LetsIn(task.GetType().GetProperty("Result")!.GetValue(task));
                        }));
                }
            }
        }
        output.WriteLine($"{kind}: {findings.Cells} cells of services, {findings.Tries} tries");
        findings.AssertNone();
    }

    private static bool LetsIn(object? answer) => answer switch
    {
        null => false,
        ICollection list => list.Count > 0,
        _ when answer.GetType().GetProperty(nameof(Outcome<Done>.Refusals))?.GetValue(answer) is IReadOnlyList<Refusal> refusals =>
            !refusals.Any(refusal => Closed.Contains(refusal.Key)),
        _ => true,
    };

    // What is asked for is nonsense wherever it can be, so that nothing changes: a refusal of the input comes after the door.
    private static object? Argument(ParameterInfo parameter, Actor actor, Things things) => (parameter.ParameterType, parameter.Name) switch
    {
        (var type, _) when type == typeof(Actor) => actor,
        (_, "roundId") => things.RoundId,
        (_, "headingId") => things.HeadingId,
        (_, "proposalId") => things.ProposalId,
        (_, "batchId") => things.BatchId,
        (_, "entryId") => things.EntryId,
        (_, "grantId") => things.GrantId,
        (_, "confirmationId") => things.ConfirmationId,
        (_, "disputeId") => 0L,
        (_, "stationId") => 0L,
        (var type, _) when type == typeof(InvitationPlan) => new InvitationPlan(DateTimeOffset.UnixEpoch, null, false),
        (var type, _) when type == typeof(HelpGiven) => new HelpGiven(null, null),
        (var type, _) when type == typeof(NewStation) => new NewStation("", ""),
        (var type, _) when type == typeof(DisputeDecision?) => null,
        (_, "regionId") => things.RegionId,
        (_, "attachmentId") => things.AttachmentId,
        (_, "actId") => things.ActId,
        (var type, "id") when type == typeof(string) => things.PasskeyId,
        (var type, "id") when type == typeof(Guid) => things.SessionId,
        (var type, _) when type == typeof(long?) => null,
        (var type, "remark") when type == typeof(string) => new string('x', 1_001),
        (var type, "name") when type == typeof(string) => "Avain",
        (var type, _) when type == typeof(string) => "",
        (var type, _) when type == typeof(int) => parameter.Name!.StartsWith("page", StringComparison.Ordinal) ? 1 : -1,
        (var type, _) when type == typeof(bool) => false,
        (var type, _) when type == typeof(Money) => new Money(-1),
        (var type, _) when type == typeof(LocalizedText) => new LocalizedText(""),
        (var type, _) when type == typeof(Guid) => Guid.NewGuid(),
        (var type, _) when type == typeof(Guid?) => null,
        (var type, _) when type == typeof(RetentionTask) => RetentionTask.OneTimeLinks,
        (var type, _) when type == typeof(NewsChoice?) => null,
        (var type, _) when type == typeof(Deletion) => new Deletion(Confirmed: false, KeepName: false),
        (var type, _) when type == typeof(CancellationToken) => CancellationToken.None,
        (var type, _) when type == typeof(Stream) => new MemoryStream(),
        (var type, _) when type == typeof(Typing) => Typing.First,
        (var type, _) when type == typeof(NewRegion) => new NewRegion("", RegionKind.District, new(""), things.RegionId),
        (var type, _) when type == typeof(NewGrant) => new NewGrant(things.AccountId, Role.Clerk, things.RegionId, ""),
        (var type, _) when type == typeof(NewRound) => new NewRound(things.RegionId, new(""), new(""), []),
        (var type, _) when type == typeof(HeadingInput) => new HeadingInput(new(""), things.RegionId, Money.Zero, BallotKind.Knapsack, null),
        (var type, _) when type == typeof(ProposalInput) => new ProposalInput(things.HeadingId, "", "", "", null),
        (var type, _) when type == typeof(EvaluationInput) => new EvaluationInput(true, null, null),
        (var type, _) when type == typeof(ElectorateRule) => new ElectorateRule(ElectorateBasis.Declared, 16),
        (var type, _) when type == typeof(NewPaperBatch) => new NewPaperBatch("", 0),
        (var type, _) when type == typeof(PaperEntry) => new PaperEntry([]),
        (var type, _) when type == typeof(ImportRequest) => new ImportRequest(things.RegionId, "", DateTimeOffset.UnixEpoch),
        (var type, _) when type == typeof(IReadOnlyList<PabulibFile>) => Array.Empty<PabulibFile>(),
        (var type, _) when type == typeof(IReadOnlyList<PhasePeriod>) => Array.Empty<PhasePeriod>(),
        (var type, _) when type == typeof(IReadOnlyList<string>) => new[] { "x" },
        (var type, _) when type == typeof(IReadOnlyList<long>) => new[] { things.ProposalId },
        (var type, _) when type == typeof(ReportInput) => new ReportInput(null, null),
        (var type, _) when type == typeof(ModerationFilter) => new ModerationFilter(ModerationState.Appealed),
        (var type, _) when type == typeof(ModerationInput) => new ModerationInput(null, null, null),
        (var type, _) when type == typeof(AppealDecision) => new AppealDecision(null, null),
        (var type, _) when type == typeof(UserPasskeyInfo) => SignInWorld.Passkey(0),
        (var type, _) when type == typeof(LinkRequest) => new LinkRequest("", "", "", "", "fi", null),
        (var type, _) when type == typeof(EntryPass) || type == typeof(Action<RowFault>) || type == typeof(IProgress<int>) => null,
        _ => throw new InvalidOperationException($"{DoorOf((MethodInfo)parameter.Member)}: nothing is known to pass for {parameter.Name}; add it here."),
    };
}
