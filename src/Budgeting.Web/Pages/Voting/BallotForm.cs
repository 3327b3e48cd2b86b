using System.Globalization;
using Budgeting.Core.Voting;

namespace Budgeting.Web.Pages.Voting;

/// <summary>
/// A ballot as it travels in the forms of voting: under <c>projects-{heading}</c> the numbers chosen, under <c>sheet-{heading}</c>
/// the hash of the sheet they were chosen from, and the attempt. It travels in bodies of posts only, never in an address.
/// </summary>
public sealed class BallotForm
{
    private const string AttemptField = "attempt";
    private const string ProjectsPrefix = "projects-";
    private const string SheetPrefix = "sheet-";

    private readonly SortedDictionary<long, HeadingChoices> _headings = [];

    /// <summary>Names the act of casting; empty until the choices are reviewed.</summary>
    public Guid Attempt { get; private set; }

    /// <summary>What was posted.</summary>
    public static BallotForm Read(IFormCollection form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var read = new BallotForm { Attempt = Guid.TryParse(form[AttemptField], out var attempt) ? attempt : Guid.Empty };
        foreach (var field in form.Keys)
        {
            if (HeadingOf(field, SheetPrefix) is { } onSheet)
                read._headings[onSheet] = new(onSheet, form[field].ToString(), read.Projects(onSheet));
            else if (HeadingOf(field, ProjectsPrefix) is { } chosenIn)
                read._headings[chosenIn] = new(chosenIn, read.Hash(chosenIn), [.. form[field].Select(NumberOf)]);
        }
        return read;
    }

    /// <summary>The choices of a ballot in the box, or none.</summary>
    public static BallotForm Of(StoredBallot? ballot)
    {
        var form = new BallotForm();
        foreach (var choices in ballot?.Choices ?? [])
            form._headings[choices.HeadingId] = choices;
        return form;
    }

    /// <summary>The field with the choices of a heading.</summary>
    public static string ProjectsField(long headingId) => string.Create(CultureInfo.InvariantCulture, $"{ProjectsPrefix}{headingId}");

    /// <summary>The field with the hash of a heading's sheet.</summary>
    public static string SheetField(long headingId) => string.Create(CultureInfo.InvariantCulture, $"{SheetPrefix}{headingId}");

    /// <summary>The numbers chosen in a heading.</summary>
    public IReadOnlyList<int> Projects(long headingId) => _headings.GetValueOrDefault(headingId)?.Projects ?? [];

    /// <summary>Names this act of casting, unless it has a name.</summary>
    public void NameAttempt()
    {
        if (Attempt == Guid.Empty)
            Attempt = Guid.NewGuid();
    }

    /// <summary>The ballot.</summary>
    public CastBallot ToBallot(long roundId, Voter voter) => new(roundId, voter, [.. _headings.Values], Attempt);

    private string Hash(long headingId) => _headings.GetValueOrDefault(headingId)?.SheetHash ?? "";

    private static long? HeadingOf(string field, string prefix) =>
        field.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(field.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    // What is no number becomes one that no sheet has, so that it is refused and not passed over.
    private static int NumberOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
