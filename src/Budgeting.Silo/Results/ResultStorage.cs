using Budgeting.Core;
using Budgeting.Silo.Cluster;
using Orleans.Storage;

namespace Budgeting.Silo.Results;

/// <summary>Where <see cref="ResultStore"/> puts results aside. Configured under <c>Orleans:ResultStore</c>.</summary>
internal static class ResultStorage
{
    /// <summary>
    /// In Azure's blobs where a connection string of an account is given, else in the cluster's tables of PostgreSQL. SQLite's one silo keeps
    /// them in its memory.
    /// </summary>
    public static void AddResultStore(this ISiloBuilder silo, IConfiguration settings, DatabaseOptions database)
    {
        silo.Services.AddSingleton<ResultStore>();
        // Not the default, JSON that names the types to be made of it: whoever can write to the store could choose them.
        silo.Services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
        if (settings["ConnectionString"] is { Length: > 0 } account)
        {
#if AZURE_STORAGE
            silo.AddAzureBlobGrainStorage(ResultStore.Name, blobs =>
            {
                blobs.ContainerName = settings["Container"] ?? "budgeting-results";
                blobs.BlobServiceClient = new(account);
            });
#else
            throw new InvalidOperationException("Orleans:ResultStore:ConnectionString is set, but this silo was built without Azure's storage. Build it with -p:AzureStorage=true, or take the setting away.");
#endif
        }
        else if (database.IsSqlite)
        {
            silo.AddMemoryGrainStorage(ResultStore.Name);
        }
        else
        {
            silo.AddAdoNetGrainStorage(ResultStore.Name, storage => (storage.Invariant, storage.ConnectionString) = (ClusterTables.Invariant, ClusterTables.Connection(database.ConnectionString ?? "")));
        }
    }
}
