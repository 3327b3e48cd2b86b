namespace Budgeting.Tally.Tests;

/// <summary>Real elections with the winners other implementations give; not part of the repository.</summary>
internal static class ReferenceData
{
    private const string Absent =
        "The reference elections are not here: set BUDGETING_DATA to their folder, or put it at ../shared/data beside the checkout.";

    // A theory needs a row to be reported as skipped.
    private const string NoFile = "(none)";

    private static string? Folder { get; } = Find();

    public static TheoryData<string> Files => Folder is null
        ? [NoFile]
        : [.. Directory.EnumerateFiles(Folder, "*.pb").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public static byte[] Read(string file)
    {
        Assert.SkipWhen(Folder is null, Absent);
        return File.ReadAllBytes(Path.Combine(Folder, file));
    }

    public static string Expected(string file)
    {
        Assert.SkipWhen(Folder is null, Absent);
        return File.ReadAllText(Path.Combine(Folder, "expected", Path.ChangeExtension(file, ".json")));
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("BUDGETING_DATA") is { Length: > 0 } folder)
        {
            return Directory.Exists(folder) ? folder : null;
        }

        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Budgeting.sln")))
        {
            directory = directory.Parent;
        }

        string? beside = directory?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "data") : null;
        return Directory.Exists(beside) ? beside : null;
    }
}
