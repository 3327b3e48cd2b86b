using System.Text;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Budgeting.Web.Components;
using Budgeting.Web.Shell;
using Budgeting.Web.Texts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Pages.Admin;

/// <summary>
/// Takes a register's file as it comes over the network, without keeping it in memory or on disk, and reports what was wrong with it.
/// </summary>
[RequestSizeLimit(LargestFile)]
[StreamedForm]
[IgnoreAntiforgeryToken(Order = 1_001)] // Checked by hand, once the token has come.
public sealed class ElectorateImportModel(
    IRounds rounds, IAuthority authority, IElectorRegister register, IAntiforgery antiforgery, IStringLocalizer<AdminTexts> texts)
    : RoundAdminPage(rounds, authority)
{
    private const long LargestFile = 1L << 30;
    private const int LargestField = 8_192;
    private const int FaultsShown = 500;

    private readonly List<RowFault> _faults = [];
    private readonly Dictionary<RowProblem, long> _faultCounts = [];

    /// <summary>What the import did; null when it was refused.</summary>
    public RegisterReport? Report { get; private set; }

    /// <summary>The first faults.</summary>
    public IReadOnlyList<RowFault> Faults => _faults;

    /// <summary>How many more there were.</summary>
    public long MoreFaults => _faultCounts.Values.Sum() - _faults.Count;

    /// <summary>All faults by what they are.</summary>
    public IReadOnlyDictionary<RowProblem, long> FaultCounts => _faultCounts;

    /// <summary>The file is chosen on the page of the electorate.</summary>
    public IActionResult OnGet(long roundId) => LocalRedirect($"/admin/rounds/{roundId}/electorate");

    /// <summary>Reads the file into the register.</summary>
    public async Task<IActionResult> OnPostAsync(long roundId, CancellationToken cancellation)
    {
        if (await EnterAsync(roundId, cancellation, Role.Coordinator, Role.Administrator) is { } answer)
            return answer;
        // Decided before the file is looked at: a person who has to show a passkey first is told so, and nothing was read.
        if (await Authority.RefuseWithoutStepUpAsync(User.Actor(), Round.Region.Id, cancellation, Role.Coordinator, Role.Administrator) is { } refusal)
        {
            Request.Form = FormCollection.Empty;
            await Request.Body.CopyToAsync(Stream.Null, cancellation);
            return this.Refuse([refusal]);
        }
        if (!MediaTypeHeaderValue.TryParse(Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
            return BadRequest();
        try
        {
            return await ReadAsync(roundId, new(boundary, Request.Body), cancellation);
        }
        catch (Exception fault) when (fault is InvalidDataException || (fault is IOException and not BadHttpRequestException))
        {
            // A form cut off on its way, or none. What is imported is imported whole or not at all.
            return BadRequest();
        }
    }

    private async Task<IActionResult> ReadAsync(long roundId, MultipartReader reader, CancellationToken cancellation)
    {
        Dictionary<string, StringValues> fields = [];
        while (await reader.ReadNextSectionAsync(cancellation) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
                continue;
            if (!disposition.IsFileDisposition())
            {
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                fields[name] = StringValues.Concat(fields.GetValueOrDefault(name), await FieldAsync(section.Body, cancellation));
                continue;
            }
            // The form so far stands in for the whole, which nobody may read: it would be kept.
            Request.Form = new FormCollection(fields);
            if (!await antiforgery.IsRequestValidAsync(HttpContext))
                return new AntiforgeryValidationFailedResult();
            return await ImportAsync(roundId, section.Body, fields.GetValueOrDefault("Upload.Partial").Contains("true"), cancellation);
        }
        Request.Form = new FormCollection(fields);
        return Missing();
    }

    private async Task<IActionResult> ImportAsync(long roundId, Stream file, bool partial, CancellationToken cancellation)
    {
        var imported = await register.ImportAsync(User.Actor(), roundId, file, partial, Keep, cancellation);
        // A browser that is still sending would not read the answer.
        await file.CopyToAsync(Stream.Null, cancellation);
        if (!imported.Granted)
            return this.Refuse(imported.Refusals, prefix: "");
        Report = imported.Value;
        return Page();
    }

    private IActionResult Missing()
    {
        ModelState.AddModelError("", texts["Register.FileMissing"]);
        return Page();
    }

    private void Keep(RowFault fault)
    {
        _faultCounts[fault.Problem] = _faultCounts.GetValueOrDefault(fault.Problem) + 1;
        if (_faults.Count < FaultsShown)
            _faults.Add(fault);
    }

    private static async Task<string> FieldAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[LargestField];
        var read = await body.ReadAtLeastAsync(bytes, LargestField, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    /// <summary>Keeps the framework from reading the form before the page does.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    private sealed class StreamedFormAttribute : Attribute, IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            context.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
            context.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
            context.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
        }

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }
}
