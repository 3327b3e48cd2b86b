using System.IO.Compression;
using System.Text;
using Budgeting.Core.Voting;

namespace Budgeting.Core.Verification;

/// <summary>The auditor's bundle: <c>openings.csv</c> in a ZIP, a line a counted ballot in the order of the commitments.</summary>
internal static class OpeningsFile
{
    public const string Name = "openings.csv";

    public const string Columns = "commitment,nonce,choices";

    public static async Task WriteAsync(Stream target, IAsyncEnumerable<CountedBallot> ballots, CancellationToken cancellation)
    {
        await using var whole = new ZipTarget(target);
        await using (var zip = await ZipArchive.CreateAsync(whole, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation))
        {
            await using var entry = await zip.CreateEntry(Name, CompressionLevel.Fastest).OpenAsync(cancellation);
            await using var text = new StreamWriter(entry, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
            await text.WriteLineAsync(Columns);
            await foreach (var ballot in ballots.WithCancellation(cancellation))
                await text.WriteLineAsync($"{Convert.ToHexStringLower(ballot.Commitment)},{Convert.ToHexStringLower(ballot.Nonce)},\"{ballot.Choices}\"");
        }
        await whole.FlushAsync(cancellation);
    }
}
