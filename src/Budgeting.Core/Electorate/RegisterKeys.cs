using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Database;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Electorate;

/// <summary>The key under which identifiers, codes and addresses are hashed, encrypted; one an installation.</summary>
internal sealed class StoredRegisterKey
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    public required string Protected { get; init; }
}

internal sealed class StoredRegisterKeyMapping : IEntityTypeConfiguration<StoredRegisterKey>
{
    public void Configure(EntityTypeBuilder<StoredRegisterKey> table)
    {
        table.ToTable("register_keys", check => check.HasCheckConstraint("ck_register_keys_only_one", "id = 1"));
        table.Property(key => key.Id).ValueGeneratedNever();
    }
}

/// <summary>Gives the register key, making it when it is first asked for.</summary>
internal sealed class RegisterKeys(IDbContextFactory<BudgetingContext> contexts, IDataProtectionProvider protection, Randomness randomness)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.RegisterKey");
    private volatile RegisterKey? _key;

    /// <summary>The key. Asked for outside of transactions: making it writes over a connection of its own, which on SQLite would wait for them.</summary>
    public async Task<RegisterKey> GetAsync(CancellationToken cancellation)
    {
        if (_key is { } known)
            return known;
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        if (await context.RegisterKeys.AsNoTracking().FirstOrDefaultAsync(cancellation) is not { } stored)
        {
            context.Add(new StoredRegisterKey { Protected = Convert.ToBase64String(_protector.Protect(randomness.Bytes(32))) });
            try
            {
                await context.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException)
            {
                // Another server made it a moment ago; theirs is the one.
                context.ChangeTracker.Clear();
            }
            stored = await context.RegisterKeys.AsNoTracking().FirstAsync(cancellation);
        }
        return _key = new RegisterKey(_protector.Unprotect(Convert.FromBase64String(stored.Protected)));
    }
}

/// <summary>Hashes by HMAC-SHA-256. What the hash is of begins the text, so that no hash of one kind stands for another.</summary>
internal sealed class RegisterKey(byte[] key)
{
    /// <summary>The hash of a person's identifier in a round; another in every round.</summary>
    public byte[] Identifier(long roundId, string identifier) => Hash(string.Create(CultureInfo.InvariantCulture, $"identifier {roundId} {identifier}"));

    /// <summary>The hash of a code in a round.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="symbols">The symbols without the check symbol.</param>
    public byte[] Code(long roundId, string symbols) => Hash(string.Create(CultureInfo.InvariantCulture, $"code {roundId} {symbols}"));

    /// <summary>The hash of a provider's word for a person.</summary>
    public byte[] Identity(string issuer, string subject) => Hash($"identity {issuer}\n{subject}");

    /// <summary>The hash of a code by which a clerk finds an account.</summary>
    /// <param name="symbols">The symbols without the check symbol.</param>
    public byte[] DeskCode(string symbols) => Hash($"desk {symbols}");

    /// <summary>The hash of a code that makes a device a station.</summary>
    /// <param name="symbols">The symbols without the check symbol.</param>
    public byte[] StationCode(string symbols) => Hash($"station code {symbols}");

    /// <summary>The hash of what tells a station's device from others.</summary>
    public byte[] StationToken(string token) => Hash($"station token {token}");

    /// <summary>The hash of the pin that closes a station.</summary>
    public byte[] StationPin(string pin) => Hash($"station pin {pin}");

    /// <summary>The hash of whom attempts are counted for.</summary>
    public byte[] Attempts(AttemptKind kind, string subject) => Hash($"attempts {kind} {subject}");

    /// <summary>The hash of an address that an account had, in the form by which addresses are compared.</summary>
    public byte[] Address(string normalized) => Hash($"address {normalized}");

    private byte[] Hash(string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
