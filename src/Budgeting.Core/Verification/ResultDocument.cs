using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Budgeting.Core.Audit;
using Budgeting.Core.Results;

namespace Budgeting.Core.Verification;

/// <summary>The published result as a document, <c>result.json</c>; docs/verification.md describes it. Money is whole euro cents.</summary>
internal sealed record ResultDocument(
    string Format, long Round, LocalizedText Title, DateTimeOffset PublishedAt, BallotsDocument Ballots, AuditDocument Audit, IReadOnlyList<HeadingDocument> Headings)
{
    public const string FormatName = "budgeting-result 1";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

internal sealed record BallotsDocument(int Count, string Root, string? Seed, string? Withheld, int CellSize, int MinimumVoters);

internal sealed record AuditDocument(AuditHead Opening, AuditHead Publishing);

internal sealed record HeadingDocument(
    long Heading, LocalizedText Name, string Sheet, string Rule, IReadOnlyList<string> Ties, int Ballots, long MoneyCents, long SpentCents,
    IReadOnlyList<ProjectDocument> Projects, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Share)
{
    public static HeadingDocument Of(HeadingResult result) => new(
        result.HeadingId, result.Name, result.SheetHash, result.Rule, result.Ties, result.Ballots, result.Budget.Cents, result.Spent.Cents,
        [.. result.Projects.Select(project => new ProjectDocument(
            project.Number, project.ProposalId, project.Title, project.Language, project.Cost.Cents, project.Votes, project.Order, project.Won,
            project.MoneyLeft.Cents, project.TieBrokenBy, project.Reason, project.Price))], result.Share);
}

internal sealed record ProjectDocument(
    int Number, long Proposal, string Title, string Language, long CostCents, long Votes, int Order, bool Funded, long MoneyLeftCents, string? TieBrokenBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Price);
