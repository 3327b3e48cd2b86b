using System.IO.Compression;

namespace Budgeting.Core.Verification;

/// <summary>A downloaded record or auditor's bundle: a ZIP or a folder.</summary>
public sealed class RecordSource : IDisposable
{
    private readonly string _path;
    private readonly ZipArchive? _zip;

    private RecordSource(string path, ZipArchive? zip) => (_path, _zip) = (path, zip);

    /// <summary>Opens what is at a path.</summary>
    /// <exception cref="IOException">There is neither a file nor a folder, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no ZIP.</exception>
    public static RecordSource Open(string path) =>
        Directory.Exists(path) ? new(path, null) : new(path, ZipFile.OpenRead(path));

    /// <summary>Opens one of its files.</summary>
    /// <exception cref="InvalidDataException">It has no such file.</exception>
    internal Stream Read(string name) => _zip is null
        ? File.Exists(Path.Combine(_path, name)) ? File.OpenRead(Path.Combine(_path, name)) : throw Missing(name)
        : _zip.GetEntry(name)?.Open() ?? throw Missing(name);

    /// <inheritdoc/>
    public void Dispose() => _zip?.Dispose();

    private static InvalidDataException Missing(string name) => new($"there is no {name}");
}
