using System.Security.Cryptography;
using System.Text.Json;
using Budgeting.Core.Results;
using Microsoft.AspNetCore.DataProtection;
using Orleans.Storage;

namespace Budgeting.Silo.Results;

/// <summary>
/// Published results put aside by the grains that show them, so that a silo that starts, or takes over a region, need not ask the database for
/// them. It is a copy: a result that was altered there is not read, and whoever takes one sees to it that it is the one on record.
/// </summary>
internal sealed partial class ResultStore(
    [FromKeyedServices(ResultStore.Name)] IGrainStorage storage, IDataProtectionProvider protection, ILogger<ResultStore> log)
{
    /// <summary>The name of the store.</summary>
    public const string Name = "results";

    // A reader waits for an answer meanwhile; the database is asked instead.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>The result put aside for a grain; null when there is none that can be read now.</summary>
    public async Task<PutAside> FindAsync(GrainId grain)
    {
        var state = new GrainState<SealedResult>();
        try
        {
            await storage.ReadStateAsync(Name, grain, state).WaitAsync(Patience);
            return new(state, state.State?.Content is { } content ? JsonSerializer.Deserialize<RoundResult>(Protector(grain).Unprotect(content)) : null);
        }
        catch (CryptographicException)
        {
            // Made by servers with other keys, or altered: it is written anew.
            return new(state, null);
        }
        catch (Exception fault)
        {
            NotKept(fault, grain);
            return new(state, null);
        }
    }

    /// <summary>Puts a result aside in the place of what was found.</summary>
    public async Task PutAsync(GrainId grain, PutAside found, RoundResult result)
    {
        try
        {
            found.State.State = new() { Content = Protector(grain).Protect(JsonSerializer.SerializeToUtf8Bytes(result)) };
            await storage.WriteStateAsync(Name, grain, found.State);
        }
        catch (Exception fault)
        {
            NotKept(fault, grain);
        }
    }

    // Sealed for its grain: whoever can write to the store can neither make a result nor show one round's for another's.
    private IDataProtector Protector(GrainId grain) => protection.CreateProtector("Budgeting.PublishedResult", grain.ToString());

    [LoggerMessage(LogLevel.Warning, "The result that grain {Grain} has put aside can be neither read nor written; the database is asked")]
    private partial void NotKept(Exception fault, GrainId grain);
}

/// <summary>What was found in the store.</summary>
/// <param name="State">The row, with its version.</param>
/// <param name="Result">The result in it; null when there is none.</param>
internal sealed record PutAside(GrainState<SealedResult> State, RoundResult? Result);

/// <summary>A result as it is stored.</summary>
[GenerateSerializer, Alias("budgeting.SealedResult")]
internal sealed class SealedResult
{
    /// <summary>The result as JSON, sealed with the keys that the servers share.</summary>
    [Id(0)]
    public byte[]? Content { get; init; }
}
