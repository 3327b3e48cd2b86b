namespace Budgeting.Tally;

/// <summary>How the text of a PaBuLib file is laid out, apart from what it says.</summary>
/// <param name="CarriageReturns">Whether lines end in CR LF rather than LF.</param>
/// <param name="FinalNewLine">Whether the last line ends like the others.</param>
/// <param name="ByteOrderMark">Whether the file begins with a UTF-8 byte order mark.</param>
public readonly record struct PabulibLayout(bool CarriageReturns, bool FinalNewLine, bool ByteOrderMark)
{
    /// <summary>Lines end in LF, the last one too, and there is no byte order mark.</summary>
    public static PabulibLayout Default => new(CarriageReturns: false, FinalNewLine: true, ByteOrderMark: false);
}

/// <summary>An election in the PaBuLib format (<c>.pb</c>): the file as written, and the election it describes.</summary>
/// <remarks>
/// <para>
/// A file keeps everything the format carries: all keys and columns, unknown ones too, their order, every cell as
/// written, and the layout of the text. Blank lines are not kept, nor whether a cell that needs no quotation marks
/// had some. A file that exists is valid: see <see cref="PabulibErrorCode"/> for what is refused.
/// </para>
/// <para>
/// Ids and numbers are read without the white space around them; ids are text, so leading zeros count. A ballot with
/// fewer projects than <c>min_length</c> is taken, since a choice can become void when its project is withdrawn.
/// </para>
/// <para>Two files are equal when their sections and layouts are. Format: https://pabulib.org/format.</para>
/// </remarks>
public sealed class PabulibFile : IEquatable<PabulibFile>
{
    internal PabulibFile(PabulibTable meta, PabulibTable projects, PabulibTable votes, PabulibLayout layout, Instance instance, Profile profile)
    {
        Meta = meta;
        Projects = projects;
        Votes = votes;
        Layout = layout;
        Instance = instance;
        Profile = profile;
    }

    /// <summary>The META section; its columns are <c>key</c> and <c>value</c>.</summary>
    public PabulibTable Meta { get; }

    /// <summary>The PROJECTS section.</summary>
    public PabulibTable Projects { get; }

    /// <summary>The VOTES section.</summary>
    public PabulibTable Votes { get; }

    /// <summary>How the text is laid out.</summary>
    public PabulibLayout Layout { get; }

    /// <summary>The budget and the projects, in the order of the PROJECTS section.</summary>
    public Instance Instance { get; }

    /// <summary>The ballots, with the projects' indices in <see cref="Instance"/>. Points are there with cumulative and scoring ballots.</summary>
    public Profile Profile { get; }

    /// <summary>Makes a file from its sections, checked as strictly as when it is read.</summary>
    /// <param name="meta">The META section, with the columns <c>key</c> and <c>value</c>.</param>
    /// <param name="projects">The PROJECTS section.</param>
    /// <param name="votes">The VOTES section.</param>
    /// <param name="layout">How the text is laid out; <see cref="PabulibLayout.Default"/> when not given.</param>
    /// <exception cref="PabulibException">The sections do not make a valid file; lines are those of the file as it would be written.</exception>
    /// <exception cref="System.Text.EncoderFallbackException">A cell has half a surrogate pair, which UTF-8 cannot express.</exception>
    public static PabulibFile Create(PabulibTable meta, PabulibTable projects, PabulibTable votes, PabulibLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(meta);
        ArgumentNullException.ThrowIfNull(projects);
        ArgumentNullException.ThrowIfNull(votes);
        using MemoryStream stream = new();
        PabulibWriter.Write(meta, projects, votes, layout ?? PabulibLayout.Default, stream);
        stream.Position = 0;
        return PabulibReader.Read(stream);
    }

    /// <summary>The value of a key of the META section as written, or null when the key is not there.</summary>
    public string? MetaValue(string key)
    {
        int keys = Meta.IndexOf("key");
        for (int row = 0; row < Meta.RowCount; row++)
        {
            if (Meta[row, keys].AsSpan().Trim().SequenceEqual(key))
            {
                return Meta[row, Meta.IndexOf("value")];
            }
        }

        return null;
    }

    /// <summary>What the city decided about a project: <c>1</c> selected, <c>0</c> not, <c>2</c> and <c>3</c> special; null when not recorded.</summary>
    /// <param name="project">The project's index.</param>
    public string? Selected(int project) => Cell(project, "selected");

    /// <summary>Whom a project is for, as written in <c>beneficiaries</c> or, until 2026, <c>target</c>; null when not recorded.</summary>
    /// <param name="project">The project's index.</param>
    public string? Beneficiaries(int project) => Cell(project, "beneficiaries") ?? Cell(project, "target");

    /// <inheritdoc/>
    public bool Equals(PabulibFile? other) =>
        other is not null && Layout == other.Layout
        && Meta.Equals(other.Meta) && Projects.Equals(other.Projects) && Votes.Equals(other.Votes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PabulibFile);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Layout, Meta, Projects, Votes);

    private string? Cell(int project, string column) =>
        Projects.IndexOf(column) is var index and >= 0 ? Projects[project, index] : null;
}
