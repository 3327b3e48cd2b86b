using Budgeting.Core.Attachments;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;

namespace Budgeting.Web.Pages.Attachments;

/// <summary>The bytes of an attachment, in a sandbox: whatever is in them, nothing of it runs.</summary>
[Sandboxed]
public sealed class FileModel(IAttachments attachments) : PageModel
{
    // So long a browser shows what has been hidden since. Not longer, and shared caches ask each time.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Gives them.</summary>
    public async Task<IActionResult> OnGetAsync(long attachmentId, string name, CancellationToken cancellation)
    {
        if (await attachments.FindAsync(User.Actor(), attachmentId, cancellation) is not { } attachment || name != AttachmentFile.NameOf(attachment))
            return NotFound();
        var headers = Response.Headers;
        headers.CacheControl = attachment.Public ? $"public, max-age={Kept.TotalSeconds:0}, s-maxage=0, immutable" : "no-store";
        headers.ContentDisposition = new ContentDispositionHeaderValue(attachment.Type == AttachmentType.Pdf ? "attachment" : "inline") { FileName = name }.ToString();
        Response.ContentType = AttachmentFile.MediaTypeOf(attachment);
        Response.ContentLength = attachment.Length;
        if (HttpMethods.IsHead(Request.Method))
            return new EmptyResult();
        await foreach (var piece in attachments.ReadAsync(attachment.Id, cancellation))
            await Response.Body.WriteAsync(piece, cancellation);
        return new EmptyResult();
    }
}
