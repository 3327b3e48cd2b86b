using System.Net;
using System.Net.Sockets;
using Budgeting.Core.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Electorate;

/// <summary>Counts attempts to prove who one is, for all servers together, so that nobody tries until something fits.</summary>
public interface IAttempts
{
    /// <summary>Counts an attempt.</summary>
    /// <param name="kind">At what, and by whose count.</param>
    /// <param name="subject">Whose: an address, an account, an entry. Kept as a hash under the register key, and no longer than the window.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Null when the attempt may go on, or <c>Attempts.TooMany</c> (minutes to wait).</returns>
    Task<Refusal?> CountAsync(AttemptKind kind, string subject, CancellationToken cancellation);

    /// <summary>Takes an attempt that succeeded out of the count: many people may share an address.</summary>
    Task ForgiveAsync(AttemptKind kind, string subject, CancellationToken cancellation);

    /// <summary>Deletes what has had its time: counts whose window is over, and one-time codes that nobody used.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(CancellationToken cancellation);
}

/// <summary>What is attempted, and by whose count.</summary>
public enum AttemptKind
{
    /// <summary>A code, by the address it is sent from.</summary>
    CodeFromAddress,

    /// <summary>A code, by the account that is signed in.</summary>
    CodeByAccount,

    /// <summary>The use of an entry's code, by the entry.</summary>
    CodeOfEntry,

    /// <summary>A sign-in, by the address it is sent from.</summary>
    SignInFromAddress,

    /// <summary>A sign-in, by the e-mail address that is named, whether an account has it or not.</summary>
    SignInToAccount,

    /// <summary>The search for an entry at the desk, by the clerk.</summary>
    SearchByClerk,

    /// <summary>The wish for a link by e-mail, by the address it is sent from.</summary>
    LinkFromAddress,

    /// <summary>The wish for a link by e-mail, by the e-mail address that is named.</summary>
    LinkToAccount,

    /// <summary>A code that makes a device a station, by the address it is sent from.</summary>
    StationFromAddress,

    /// <summary>A voter's code at a station, by the station: many people type there, one after another.</summary>
    CodeAtStation,

    /// <summary>The pin that closes a station on its device, by the station.</summary>
    PinAtStation,

    /// <summary>A new account, by the network it is opened from.</summary>
    SignUpFromNetwork,

    /// <summary>A new proposal, by its author.</summary>
    ProposalByAccount,

    /// <summary>A report, by whoever sends it.</summary>
    ReportByAccount,

    /// <summary>A file sent, by whoever sends it.</summary>
    UploadByAccount,
}

/// <summary>How many attempts there may be in a window. Configured under <c>Attempts</c>.</summary>
public sealed class AttemptLimits
{
    /// <summary>The length of the window, which begins with its first attempt; in minutes.</summary>
    public int WindowMinutes { get; set; } = 15;

    /// <summary>Attempts from one address that failed. A household of IPv6 is one address.</summary>
    public int PerAddress { get; set; } = 50;

    /// <summary>Attempts by or at one account that failed.</summary>
    public int PerAccount { get; set; } = 10;

    /// <summary>Uses of one entry's codes, successful or not.</summary>
    public int PerEntry { get; set; } = 20;

    /// <summary>Codes at one station that failed.</summary>
    public int PerStation { get; set; } = 500;

    /// <summary>Searches of one clerk.</summary>
    public int PerClerk { get; set; } = 200;

    /// <summary>Accounts opened in an hour from one network.</summary>
    public int SignUpsPerHour { get; set; } = 20;

    /// <summary>How much of an IPv4 address names a network, in bits.</summary>
    public int SignUpPrefixV4 { get; set; } = 24;

    /// <summary>How much of an IPv6 address names a network, in bits.</summary>
    public int SignUpPrefixV6 { get; set; } = 56;

    /// <summary>Proposals begun by one person in an hour.</summary>
    public int ProposalsPerHour { get; set; } = 40;

    /// <summary>Reports by one person in an hour.</summary>
    public int ReportsPerHour { get; set; } = 10;

    /// <summary>Files sent by one person in an hour, taken or not.</summary>
    public int UploadsPerHour { get; set; } = 40;

    internal int MinutesOf(AttemptKind kind) => kind >= AttemptKind.SignUpFromNetwork ? 60 : WindowMinutes;

    internal int Of(AttemptKind kind) => kind switch
    {
        AttemptKind.SignUpFromNetwork => SignUpsPerHour,
        AttemptKind.ProposalByAccount => ProposalsPerHour,
        AttemptKind.ReportByAccount => ReportsPerHour,
        AttemptKind.UploadByAccount => UploadsPerHour,
        AttemptKind.CodeFromAddress or AttemptKind.SignInFromAddress or AttemptKind.LinkFromAddress or AttemptKind.StationFromAddress => PerAddress,
        AttemptKind.CodeByAccount or AttemptKind.SignInToAccount or AttemptKind.LinkToAccount or AttemptKind.PinAtStation => PerAccount,
        AttemptKind.CodeOfEntry => PerEntry,
        AttemptKind.CodeAtStation => PerStation,
        _ => PerClerk,
    };
}

/// <summary>How often something was attempted in a window.</summary>
internal sealed class AttemptCount
{
    public required byte[] Subject { get; init; }

    public int Count { get; init; }

    /// <summary>In milliseconds since 1970, since SQL that is the same on both databases compares it.</summary>
    public long WindowEnds { get; init; }
}

internal sealed class AttemptCountMapping : IEntityTypeConfiguration<AttemptCount>
{
    public void Configure(EntityTypeBuilder<AttemptCount> table)
    {
        table.ToTable("attempts");
        table.HasKey(attempt => attempt.Subject);
        table.HasIndex(attempt => attempt.WindowEnds);
    }
}

internal sealed class Attempts(
    IDbContextFactory<BudgetingContext> contexts, DatabaseDialect dialect, DatabaseClock clock, RegisterKeys keys, IOptions<AttemptLimits> limits) : IAttempts
{
    public async Task<Refusal?> CountAsync(AttemptKind kind, string subject, CancellationToken cancellation)
    {
        var hash = await HashAsync(kind, subject, cancellation);
        // A context of its own: the attempt counts whatever becomes of it.
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var now = (await clock.NowAsync(context, cancellation)).ToUnixTimeMilliseconds();
        var window = limits.Value.MinutesOf(kind) * 60_000L;
        // An entry's window does not begin with its use: nothing kept is to say more of when than which quarter of an hour.
        var ends = now + window - (kind == AttemptKind.CodeOfEntry ? now % window : 0);
        var counted = (await context.Database.SqlQuery<Counted>($"""
            INSERT INTO attempts (subject, count, window_ends) VALUES ({hash}, 1, {ends})
            ON CONFLICT (subject) DO UPDATE SET
                count = CASE WHEN attempts.window_ends <= {now} THEN 1 ELSE attempts.count + 1 END,
                window_ends = CASE WHEN attempts.window_ends <= {now} THEN {ends} ELSE attempts.window_ends END
            RETURNING count AS "Count", window_ends AS "WindowEnds"
            """).ToListAsync(cancellation))[0];
        return counted.Count <= limits.Value.Of(kind)
            ? null
            : Refusal.Of("Attempts.TooMany", null, (int)Math.Max(1, Math.Ceiling((counted.WindowEnds - now) / 60_000.0)));
    }

    public async Task ForgiveAsync(AttemptKind kind, string subject, CancellationToken cancellation)
    {
        var hash = await HashAsync(kind, subject, cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        await context.Database.ExecuteSqlAsync($"UPDATE attempts SET count = count - 1 WHERE subject = {hash} AND count > 0", cancellation);
    }

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var now = (await clock.NowAsync(context, cancellation)).ToUnixTimeMilliseconds();
        // Nothing to delete takes no lock: on SQLite a delete would stand in line with the ballots.
        var rows = await context.Attempts.CountAsync(attempt => attempt.WindowEnds <= now, cancellation);
        if (rows > 0)
            await dialect.PurgeAttemptsAsync(context, now, cancellation);
        var instant = DateTimeOffset.FromUnixTimeMilliseconds(now);
        // Those that were used are gone: whether one was could be told from those that stayed.
        if (await context.ElectorCodes.AnyAsync(code => code.ExpiresAt <= instant, cancellation))
            rows += await context.ElectorCodes.Where(code => code.ExpiresAt <= instant).ExecuteDeleteAsync(cancellation);
        if (await context.DeskCodes.AnyAsync(code => code.ExpiresAt <= instant, cancellation))
            rows += await context.DeskCodes.Where(code => code.ExpiresAt <= instant).ExecuteDeleteAsync(cancellation);
        return rows;
    }

    private async Task<byte[]> HashAsync(AttemptKind kind, string subject, CancellationToken cancellation) =>
        (await keys.GetAsync(cancellation)).Attempts(kind, kind switch
        {
            // A household has a whole /64 of IPv6 to choose addresses from.
            AttemptKind.CodeFromAddress or AttemptKind.SignInFromAddress or AttemptKind.LinkFromAddress or AttemptKind.StationFromAddress => Network(subject, 32, 64),
            AttemptKind.SignUpFromNetwork => Network(subject, limits.Value.SignUpPrefixV4, limits.Value.SignUpPrefixV6),
            _ => subject,
        });

    private static string Network(string address, int prefixV4, int prefixV6)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return "unknown";
        if (parsed.IsIPv4MappedToIPv6)
            parsed = parsed.MapToIPv4();
        var bytes = parsed.GetAddressBytes();
        var prefix = parsed.AddressFamily == AddressFamily.InterNetworkV6 ? prefixV6 : prefixV4;
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)(0xFF ^ (0x80 >> (bit % 8)));
        return $"{Convert.ToHexString(bytes)}/{prefix}";
    }

    private sealed record Counted(int Count, long WindowEnds);
}
