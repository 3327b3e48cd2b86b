using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Verification;

/// <summary>Writes the files of a record, in memory that does not grow with the number of ballots.</summary>
internal sealed class RecordWriter(BudgetingContext context, CountedBallots counted, AuditLog log, LoadedRecord record, RoundResult result)
{
    // Acts on the round itself, which say nothing of any voter; of all others in between only the digest is published.
    private static readonly string[] PublicActs = ["round.", "envelope.", "heading.", "sheets.", "duty.", "results."];

    public async Task WriteAsync(RecordFile file, Stream target, CancellationToken cancellation)
    {
        if (file.Kind == RecordFileKind.Whole)
        {
            await WriteWholeAsync(target, cancellation);
            return;
        }
        if (file.Kind == RecordFileKind.Audit)
        {
            await WriteAuditAsync(target, cancellation);
            return;
        }
        await using var text = new StreamWriter(target, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await (file.Kind switch
        {
            RecordFileKind.Result => text.WriteLineAsync(JsonSerializer.Serialize(Document(), ResultDocument.Json).AsMemory(), cancellation),
            RecordFileKind.Sheet => text.WriteAsync((await SheetAsync(file.HeadingId!.Value, cancellation)).Canonical.AsMemory(), cancellation),
            RecordFileKind.Commitments => WriteCommitmentsAsync(text, cancellation),
            RecordFileKind.Ballots => WriteBallotsAsync(text, cancellation),
            _ => WriteHeadingAsync(await SheetAsync(file.HeadingId!.Value, cancellation), text, cancellation),
        });
    }

    private async Task WriteWholeAsync(Stream target, CancellationToken cancellation)
    {
        await using var whole = new ZipTarget(target);
        await using (var zip = await ZipArchive.CreateAsync(whole, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation))
        {
            foreach (var part in record.View.Files.Where(part => part.Kind != RecordFileKind.Whole))
            {
                var entry = zip.CreateEntry(part.Name, CompressionLevel.Fastest);
                entry.LastWriteTime = result.PublishedAt;
                await using var content = await entry.OpenAsync(cancellation);
                await WriteAsync(part, content, cancellation);
            }
        }
        await whole.FlushAsync(cancellation);
    }

    private ResultDocument Document() => new(
        ResultDocument.FormatName, result.RoundId, record.Round.Title, result.PublishedAt.ToUniversalTime(),
        new(record.View.Ballots, record.View.Root, record.View.Seed, record.View.Withheld?.ToString(), record.View.CellSize, record.View.MinimumVoters),
        new(record.View.Opening, record.View.Publishing),
        [.. result.Headings.Select(HeadingDocument.Of)]);

    private async Task WriteCommitmentsAsync(StreamWriter text, CancellationToken cancellation)
    {
        await foreach (var commitment in counted.CommitmentsAsync(result.RoundId).WithCancellation(cancellation))
            await text.WriteLineAsync(Convert.ToHexStringLower(commitment));
    }

    private async Task WriteBallotsAsync(StreamWriter text, CancellationToken cancellation)
    {
        var headings = result.Headings.Select(heading => heading.HeadingId).ToList();
        await text.WriteLineAsync(BallotsFile.Columns(headings));
        var number = 0;
        await foreach (var ballot in PublishedAsync().WithCancellation(cancellation))
            await text.WriteLineAsync(BallotsFile.Line(++number, ballot.Band, ballot.Choices, headings));
    }

    private async Task WriteAuditAsync(Stream target, CancellationToken cancellation)
    {
        var (first, last) = (record.View.Opening.Entry, record.View.Publishing.Entry);
        var before = await context.AuditEntries.Where(entry => entry.Id == first - 1).Select(entry => entry.Hash).FirstOrDefaultAsync(cancellation);
        var subject = string.Create(CultureInfo.InvariantCulture, $"round {result.RoundId}");
        await AuditFile.WriteAsync(target, first, before ?? AuditChain.Beginning,
            log.LinesAsync(first, last, entry => entry.Subject == subject && PublicActs.Any(act => entry.Act.StartsWith(act, StringComparison.Ordinal)), cancellation),
            cancellation);
    }

    private async Task WriteHeadingAsync(BallotSheet sheet, StreamWriter text, CancellationToken cancellation)
    {
        var counting = result.Headings.First(heading => heading.HeadingId == sheet.HeadingId);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(record.Region.TimeZone);
        DateTimeOffset Local(Phase phase) => TimeZoneInfo.ConvertTime(record.Round.Schedule.StartOf(phase)!.Value, zone);
        Task Row(params IEnumerable<string> cells) => text.WriteLineAsync(string.Join(';', cells.Select(Cell)).AsMemory(), cancellation);
        Task Meta(string key, string value) => Row(key, value);

        await Row("META");
        await Row("key", "value");
        await Meta("description", $"{record.Round.Title.Fi}: {sheet.HeadingName.Fi}");
        await Meta("country", "Finland");
        await Meta("unit", record.Region.Name.Fi);
        await Meta("subunit", sheet.HeadingName.Fi);
        await Meta("instance", Text(result.RoundId));
        await Meta("num_projects", Text(sheet.Projects.Count));
        await Meta("num_votes", Text(counting.Ballots));
        await Meta("budget", Euros(sheet.Money));
        await Meta("currency", "EUR");
        await Meta("vote_type", "approval");
        await Meta("rule", TallyRules.PabulibName(sheet.Rule));
        await Meta("date_begin", Local(Phase.Voting).ToString("dd.MM.yyyy", CultureInfo.InvariantCulture));
        await Meta("date_end", Local(Phase.Counting).ToString("dd.MM.yyyy", CultureInfo.InvariantCulture));
        // A limit above the number of projects limits nothing.
        if (sheet.MaximumChoices is { } maximum && maximum < sheet.Projects.Count)
            await Meta("max_length", Text(maximum));
        if (sheet.BallotKind == BallotKind.Knapsack)
            await Meta("max_sum_cost", Euros(sheet.Money));
        await Row("PROJECTS");
        await Row("project_id", "cost", "votes", "name", "selected");
        foreach (var project in counting.Projects.OrderBy(project => project.Number))
            await Row(Text(project.Number), Euros(project.Cost), Text(project.Votes), project.Title, project.Won ? "1" : "0");
        await Row("VOTES");
        IReadOnlyList<string> columns = record.Record.ShowsBands ? ["voter_id", "vote", "band"] : ["voter_id", "vote"];
        await Row(columns);
        // The number is the ballot's line in ballots.csv, whichever headings have choices on it.
        var number = 0;
        await foreach (var ballot in PublishedAsync().WithCancellation(cancellation))
        {
            number++;
            if (ChoicesText.Of(ballot.Choices, sheet.HeadingId) is { } chosen)
                await Row([Text(number), chosen, .. columns.Skip(2).Select(_ => ballot.Band ?? "")]);
        }
    }

    private IAsyncEnumerable<PublishedBallot> PublishedAsync() =>
        context.PublishedBallots.AsNoTracking().Where(ballot => ballot.RoundId == result.RoundId).OrderBy(ballot => ballot.ShuffleKey).AsAsyncEnumerable();

    private async Task<BallotSheet> SheetAsync(long headingId, CancellationToken cancellation) =>
        SheetText.Read(await context.BallotSheets.AsNoTracking().FirstAsync(sheet => sheet.HeadingId == headingId, cancellation));

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(";\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string Euros(Money amount) => (amount.Cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
