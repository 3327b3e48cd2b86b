using System.IO.Compression;
using System.Text;
using Budgeting.Core.Audit;
using Budgeting.Core.People;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Verification;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Tests.Verification;

/// <summary>A round of two headings with sixty voters in bands, counted and published, and its record as files.</summary>
public sealed class PublishedRound : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgeting-record-");

    private PublishedRound(World world, long roundId, IReadOnlyList<BallotSheet> sheets, IReadOnlyList<string> receipts, AuditHead opening) =>
        (World, RoundId, Sheets, Receipts, Opening) = (world, roundId, sheets, receipts, opening);

    public World World { get; }

    public long RoundId { get; }

    public IReadOnlyList<BallotSheet> Sheets { get; }

    public IReadOnlyList<string> Receipts { get; }

    /// <summary>The log's head as people could note it down when voting opened.</summary>
    public AuditHead Opening { get; }

    public string RecordFolder => Path.Combine(_folder.FullName, "record");

    public string RecordZip => Path.Combine(_folder.FullName, "record.zip");

    public string OpeningsFolder => Path.Combine(_folder.FullName, "openings");

    public string OpeningsZip => Path.Combine(_folder.FullName, "openings.zip");

    public string AuditLog => Path.Combine(_folder.FullName, "audit.jsonl");

    /// <summary>Brings a round to publishing.</summary>
    /// <param name="kind">The database.</param>
    /// <param name="voters">How many vote.</param>
    /// <param name="band">The band of each voter, by number from zero.</param>
    /// <param name="rule">How both headings are counted.</param>
    public static async Task<PublishedRound> CreateAsync(DatabaseKind kind, int voters = 60, Func<int, string?>? band = null, TallyRule rule = TallyRule.Greedy)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        long[] headings = [await world.HeadingAsync(roundId, Money.FromEuros(100), maximum: 3, rule: rule), await world.HeadingAsync(roundId, Money.FromEuros(50), BallotKind.Knapsack, rule: rule)];
        world.TravelTo(Phase.Proposing);
        foreach (var (heading, title, euros) in new[] { (0, "Keinut; ja \"penkit\"", 60), (0, "Valot", 40), (0, "Kirjat", 40), (0, "Uimaranta", 30), (1, "Kasvimaa", 30), (1, "Pyöräteline", 20) })
            await world.ProposalAsync(roundId, headings[heading], title, Money.FromEuros(euros));
        world.TravelTo(Phase.Voting);
        var sheets = await world.Do<IBallotSheets, IReadOnlyList<BallotSheet>>(sheets => sheets.OfRoundAsync(roundId, default));
        var opening = await world.Do<IRecords, AuditHead?>(records => records.HeadAtOpeningAsync(roundId, default));
        List<string> receipts = [];
        foreach (var (voter, i) in (await world.AdmitManyAsync(roundId, voters)).Select((voter, i) => (voter with { Band = (band ?? Band)(i) }, i)))
        {
            var cast = await world.BallotBox.CastAsync(new(roundId, voter, Choices(i), Guid.NewGuid()), default);
            receipts.Add(cast.Value.Receipt);
        }
        world.TravelTo(Phase.Counting);
        await world.CarryOutAllAsync(roundId);
        Assert.True((await world.PublishAsync(roundId)).Granted);
        return new(world, roundId, sheets, receipts, opening!);

        IReadOnlyList<HeadingChoices> Choices(int i)
        {
            List<HeadingChoices> choices = [new(headings[0], sheets[0].Hash, (i % 4) switch { 0 => [1, 2], 1 => [1, 3], 2 => [2, 3, 4], _ => [4] })];
            if (i % 3 != 0)
                choices.Add(new(headings[1], sheets[1].Hash, i % 2 == 0 ? [1] : [1, 2]));
            return choices;
        }
    }

    /// <summary>Twenty of one band and forty of another.</summary>
    public static string? Band(int voter) => voter % 3 == 0 ? "age=18-29;district=x;channel=online" : "age=30-44;district=x;channel=online";

    /// <summary>Downloads everything: the record, the auditor's bundle and the audit log.</summary>
    public async Task<PublishedRound> DownloadAsync()
    {
        var auditor = await World.PersonAsync("auditor", null);
        await World.GrantAsync(auditor, Role.Auditor);
        await SaveAsync(RecordZip, stream => World.Do<IRecords, Outcome<Done>>(records => records.WriteAsync(RoundId, RecordFile.WholeName, stream, default)));
        await SaveAsync(OpeningsZip, stream => World.Do<IRecords, Outcome<Done>>(records => records.WriteOpeningsAsync(auditor, RoundId, stream, default)));
        await SaveAsync(AuditLog, stream => World.Do<IAuditLog, Outcome<Done>>(log => log.ExportAsync(World.Official, stream, default)));
        ZipFile.ExtractToDirectory(RecordZip, RecordFolder);
        ZipFile.ExtractToDirectory(OpeningsZip, OpeningsFolder);
        return this;
    }

    public async Task<string> ReadAsync(string file)
    {
        using var stream = new MemoryStream();
        Assert.True((await World.Do<IRecords, Outcome<Done>>(records => records.WriteAsync(RoundId, file, stream, default))).Granted);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await World.DisposeAsync();
    }

    private static async Task SaveAsync(string path, Func<Stream, Task<Outcome<Done>>> write)
    {
        await using var file = new ForwardOnlyStream(File.Create(path));
        Assert.True((await write(file)).Granted);
    }

    /// <summary>Written once from front to back and only asynchronously, as an answer to a browser is.</summary>
    private sealed class ForwardOnlyStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => throw new NotSupportedException();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
