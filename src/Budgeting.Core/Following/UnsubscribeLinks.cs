using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Budgeting.Core.Notifications;
using Microsoft.AspNetCore.DataProtection;

namespace Budgeting.Core.Following;

/// <summary>
/// The links by which messages are stopped. A link is the account and the round, encrypted and authenticated by the site's keys: nobody makes one for somebody else, and nothing
/// is stored of it. It does not say which message it stood in.
/// </summary>
internal sealed class UnsubscribeLinks(IDataProtectionProvider protection, SiteLinks site)
{
    private const int Longest = 1_000;

    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.Unsubscribe");

    /// <summary>A link's secret.</summary>
    /// <param name="accountId">Whose messages.</param>
    /// <param name="roundId">About which round; null for all.</param>
    public string Make(long accountId, long? roundId)
    {
        Span<byte> plain = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(plain, accountId);
        BinaryPrimitives.WriteInt64BigEndian(plain[sizeof(long)..], roundId ?? 0);
        return Base64Url.EncodeToString(_protector.Protect(plain.ToArray()));
    }

    /// <summary>The page that asks before it stops anything: programs that look at links in mails stop nothing.</summary>
    public string Page(string token) => site.To($"/unsubscribe?token={token}");

    /// <summary>The address that stops it by one POST (RFC 8058); null where the site does not know its own address.</summary>
    public Uri? OneClick(string token) => site.IsKnown ? new(site.To($"/unsubscribe/one-click?token={token}")) : null;

    /// <summary>What a link is for; null when it is none.</summary>
    public (long AccountId, long? RoundId)? Read(string? token)
    {
        if (token is not { Length: > 0 and <= Longest } || !Base64Url.IsValid(token))
            return null;
        try
        {
            var plain = _protector.Unprotect(Base64Url.DecodeFromChars(token));
            return plain.Length == 2 * sizeof(long)
                ? (BinaryPrimitives.ReadInt64BigEndian(plain), BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(sizeof(long))) is > 0 and var roundId ? roundId : null)
                : null;
        }
        catch (CryptographicException)
        {
            // Made up, or by a key that is gone.
            return null;
        }
    }
}
