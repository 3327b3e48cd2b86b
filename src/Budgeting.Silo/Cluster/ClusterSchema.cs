namespace Budgeting.Silo.Cluster;

/// <summary>
/// What Orleans finds in its schema of the database: who is in the cluster, what grains have put aside, and of what they are to be reminded. It
/// reads and writes by statements kept there under names of its own, whose parameters and columns it gives; they are written here anew.
/// </summary>
/// <remarks>Each statement does the whole of its step or nothing, and answers with the rows; a version that has moved on meanwhile makes it nothing.</remarks>
internal static class ClusterSchema
{
    // In the order in which they need each other. "IF NOT EXISTS" would ask for the right to make even what is there.
    public static readonly IReadOnlyList<(string IsThere, string Make)> Parts =
    [
        ("to_regnamespace('orleans') IS NOT NULL", "CREATE SCHEMA orleans"),
        ("to_regclass('orleans.OrleansQuery') IS NOT NULL", """
            CREATE TABLE orleans.OrleansQuery (
                QueryKey varchar(64) PRIMARY KEY,
                QueryText varchar(8000) NOT NULL)
            """),
        ("to_regclass('orleans.OrleansMembershipVersionTable') IS NOT NULL", """
            CREATE TABLE orleans.OrleansMembershipVersionTable (
                DeploymentId varchar(150) PRIMARY KEY,
                Timestamp timestamptz(3) NOT NULL DEFAULT now(),
                Version integer NOT NULL DEFAULT 0)
            """),
        ("to_regclass('orleans.OrleansMembershipTable') IS NOT NULL", """
            CREATE TABLE orleans.OrleansMembershipTable (
                DeploymentId varchar(150) NOT NULL REFERENCES orleans.OrleansMembershipVersionTable,
                Address varchar(45) NOT NULL,
                Port integer NOT NULL,
                Generation integer NOT NULL,
                SiloName varchar(150) NOT NULL,
                HostName varchar(150) NOT NULL,
                Status integer NOT NULL,
                ProxyPort integer,
                SuspectTimes varchar(8000),
                StartTime timestamptz(3) NOT NULL,
                IAmAliveTime timestamptz(3) NOT NULL,
                PRIMARY KEY (DeploymentId, Address, Port, Generation))
            """),
        ("to_regclass('orleans.OrleansStorage') IS NOT NULL", """
            CREATE TABLE orleans.OrleansStorage (
                ServiceId varchar(150) NOT NULL,
                GrainTypeString varchar(512) NOT NULL,
                GrainKey varchar(512) NOT NULL,
                PayloadBinary bytea,
                Version integer NOT NULL,
                PRIMARY KEY (ServiceId, GrainTypeString, GrainKey))
            """),
        ("to_regclass('orleans.OrleansRemindersTable') IS NOT NULL", """
            CREATE TABLE orleans.OrleansRemindersTable (
                ServiceId varchar(150) NOT NULL,
                GrainId varchar(150) NOT NULL,
                ReminderName varchar(150) NOT NULL,
                StartTime timestamptz(3) NOT NULL,
                Period bigint NOT NULL,
                GrainHash integer NOT NULL,
                Version integer NOT NULL,
                PRIMARY KEY (ServiceId, GrainId, ReminderName))
            """),
    ];

    private const string ThisSilo = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";

    private const string Rows = """
        SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
        FROM OrleansMembershipVersionTable v
        LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
        """;

    // The grain's key in one text, whichever of its forms it has.
    private const string KeyOfGrain = "concat_ws(' ', @GrainIdN0, @GrainIdN1, @GrainIdExtensionString)";

    private const string ThisState = $"ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainKey = {KeyOfGrain}";

    private const string ThisReminder = "ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName";

    private const string Reminders = "SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable";

    public static readonly IReadOnlyDictionary<string, string> Statements = new Dictionary<string, string>
    {
        ["InsertMembershipVersionKey"] = """
            WITH made AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::integer FROM made
            """,
        ["InsertMembershipKey"] = $"""
            WITH moved AS (
                UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
                WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (SELECT FROM OrleansMembershipTable WHERE {ThisSilo})
                RETURNING DeploymentId),
            made AS (
                INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
                SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
                RETURNING 1)
            SELECT count(*)::integer FROM made
            """,
        ["UpdateMembershipKey"] = $"""
            WITH moved AS (
                UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
                WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (SELECT FROM OrleansMembershipTable WHERE {ThisSilo})
                RETURNING 1),
            changed AS (
                UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
                WHERE {ThisSilo} AND EXISTS (SELECT FROM moved)
                RETURNING 1)
            SELECT count(*)::integer FROM changed
            """,
        ["UpdateIAmAlivetimeKey"] = $"UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime WHERE {ThisSilo}",
        ["MembershipReadRowKey"] = $"{Rows} AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation WHERE v.DeploymentId = @DeploymentId",
        ["MembershipReadAllKey"] = $"{Rows} WHERE v.DeploymentId = @DeploymentId",
        ["GatewaysQueryKey"] = "SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0",
        ["DeleteMembershipTableEntriesKey"] = """
            WITH gone AS (DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId)
            DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
            """,
        ["CleanupDefunctSiloEntriesKey"] = $"DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status = {(int)SiloStatus.Dead}",
        // A state that somebody else has written meanwhile gives no row, which Orleans takes for a conflict.
        ["WriteToStorageKey"] = $"""
            WITH changed AS (
                UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, Version = Version + 1
                WHERE {ThisState} AND Version = @GrainStateVersion
                RETURNING Version),
            made AS (
                INSERT INTO OrleansStorage (ServiceId, GrainTypeString, GrainKey, PayloadBinary, Version)
                SELECT @ServiceId, @GrainTypeString, {KeyOfGrain}, @PayloadBinary, 1 WHERE @GrainStateVersion IS NULL
                ON CONFLICT DO NOTHING
                RETURNING Version)
            SELECT Version AS NewGrainStateVersion FROM changed UNION ALL SELECT Version FROM made
            """,
        ["ReadFromStorageKey"] = $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {ThisState}",
        ["ClearStorageKey"] = $"UPDATE OrleansStorage SET PayloadBinary = NULL, Version = Version + 1 WHERE {ThisState} AND Version = @GrainStateVersion RETURNING Version",
        ["DeleteStorageKey"] = $"DELETE FROM OrleansStorage WHERE {ThisState} AND Version = @GrainStateVersion RETURNING Version + 1",
        ["UpsertReminderRowKey"] = """
            INSERT INTO OrleansRemindersTable AS kept (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
            ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE
            SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = kept.Version + 1
            RETURNING Version
            """,
        ["ReadReminderRowKey"] = $"{Reminders} WHERE {ThisReminder}",
        ["ReadReminderRowsKey"] = $"{Reminders} WHERE ServiceId = @ServiceId AND GrainId = @GrainId",
        // A silo's part of the ring of hashes, which for one of them passes over the end to the beginning.
        ["ReadRangeRows1Key"] = $"{Reminders} WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash",
        ["ReadRangeRows2Key"] = $"{Reminders} WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)",
        ["DeleteReminderRowKey"] = $"""
            WITH gone AS (DELETE FROM OrleansRemindersTable WHERE {ThisReminder} AND Version = @Version RETURNING 1)
            SELECT count(*)::integer FROM gone
            """,
        ["DeleteReminderRowsKey"] = "DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId",
    };
}
