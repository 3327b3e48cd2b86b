using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Budgeting.Core.Voting;

/// <summary>Choices with the commitment that is published for them. docs/receipts.md describes the encoding.</summary>
/// <param name="Choices">See <see cref="ChoicesText"/>.</param>
/// <param name="Nonce">32 random bytes, without which nobody can try out which choices a commitment is for.</param>
/// <param name="Commitment">SHA-256 of the encoding, 32 bytes.</param>
internal sealed record CommittedChoices(string Choices, byte[] Nonce, byte[] Commitment)
{
    public const int NonceLength = 32;

    /// <summary>Commits to choices on the sheets of a round.</summary>
    public static CommittedChoices Make(long roundId, string choices, IReadOnlyList<BallotSheet> sheets, byte[] nonce) =>
        new(choices, nonce, CommitmentOf(roundId, choices, sheets, nonce));

    /// <summary>The commitment to choices: SHA-256 of their encoding.</summary>
    public static byte[] CommitmentOf(long roundId, string choices, IReadOnlyList<BallotSheet> sheets, byte[] nonce) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(Encode(roundId, choices, headingId => sheets.First(sheet => sheet.HeadingId == headingId).Hash, nonce)));

    /// <summary>The bytes that are hashed, as UTF-8 text.</summary>
    public static string Encode(long roundId, string choices, Func<long, string> sheetHash, byte[] nonce)
    {
        var text = new StringBuilder(256);
        text.Append(CultureInfo.InvariantCulture, $"budgeting-ballot 1\nround {roundId}\n");
        foreach (var part in choices.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var headingId = long.Parse(part.AsSpan(0, colon), CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"heading {headingId} sheet {sheetHash(headingId)} projects {part.AsSpan(colon + 1)}\n");
        }
        return text.Append("nonce ").Append(Convert.ToHexStringLower(nonce)).Append('\n').ToString();
    }
}
