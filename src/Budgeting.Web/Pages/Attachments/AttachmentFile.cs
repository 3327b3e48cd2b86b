using Budgeting.Core.Attachments;

namespace Budgeting.Web.Pages.Attachments;

/// <summary>How an attachment is reached and what it is called in headers.</summary>
public static class AttachmentFile
{
    /// <summary>Its address, in which its hash stands: under the same address there is never anything else.</summary>
    public static string AddressOf(AttachmentView attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return $"/attachments/{attachment.Id}/{NameOf(attachment)}";
    }

    /// <summary>The name it is saved under; never one that somebody typed.</summary>
    public static string NameOf(AttachmentView attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return $"{attachment.Hash}.{Of(attachment.Type).Extension}";
    }

    /// <summary>Its media type.</summary>
    public static string MediaTypeOf(AttachmentView attachment)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        return Of(attachment.Type).MediaType;
    }

    private static (string Extension, string MediaType) Of(AttachmentType type) => type switch
    {
        AttachmentType.Jpeg => ("jpg", "image/jpeg"),
        AttachmentType.Png => ("png", "image/png"),
        AttachmentType.WebP => ("webp", "image/webp"),
        AttachmentType.Pdf => ("pdf", "application/pdf"),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of attachments."),
    };
}
