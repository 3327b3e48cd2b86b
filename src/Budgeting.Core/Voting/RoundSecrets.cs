using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Database;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Voting;

/// <summary>
/// The secrets under which voter keys are made. A round's secret lives from the opening of its voting to its closing; without
/// it nobody can tell which ballot is whose, not even from a copy of the whole database.
/// </summary>
internal sealed class RoundSecrets(
    BudgetingContext context, DatabaseDialect dialect, IDataProtectionProvider protection, Randomness randomness)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.RoundSecret");

    /// <summary>
    /// Lets the key ring make a new key now if it is going to. It writes that over a connection of its own, which on SQLite would wait for
    /// the transaction that waits for it. Called before a transaction in which <see cref="Make"/> may follow.
    /// </summary>
    public void ReadyKeyRing() => _protector.Protect([]);

    /// <summary>Adds the secret of a round to the pending changes.</summary>
    public void Make(long roundId) =>
        context.Add(new RoundSecret { RoundId = roundId, Protected = Convert.ToBase64String(_protector.Protect(randomness.Bytes(32))) });

    /// <summary>Deletes a round's secret in the transaction that closes its voting.</summary>
    public async Task DestroyAsync(long roundId, CancellationToken cancellation)
    {
        await dialect.DeleteThoroughlyAsync(context, cancellation);
        await context.RoundSecrets.Where(secret => secret.RoundId == roundId).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Clears away what destroyed secrets left in the database's files. After the transaction that destroyed them; tries for a second.</summary>
    /// <returns>Whether they are gone; not while somebody reads.</returns>
    public async Task<bool> ClearAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; !await dialect.ClearRoundSecretsAsync(context, cancellation); attempt++)
        {
            if (attempt == 10)
                return false;
            await Task.Delay(100, cancellation);
        }
        return true;
    }

    /// <summary>Makes voter keys of electorate entries; null when the round has no secret (not opened yet, or closed).</summary>
    public async Task<Func<string, string>?> KeysAsync(long roundId, CancellationToken cancellation)
    {
        var stored = await context.RoundSecrets.AsNoTracking().FirstOrDefaultAsync(secret => secret.RoundId == roundId, cancellation);
        if (stored is null)
            return null;
        var secret = _protector.Unprotect(Convert.FromBase64String(stored.Protected));
        return entry => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(entry)));
    }
}
