namespace Budgeting.Core.Attachments;

/// <summary>Pictures and PDF documents that authors add to their proposals.</summary>
public interface IAttachments
{
    /// <summary>
    /// Adds a file to one's own proposal while it can be changed. What it is is read from its bytes; it is stored without what could tell
    /// where and by what device it was made. The same file again is the one that is there.
    /// </summary>
    /// <param name="actor">The author.</param>
    /// <param name="proposalId">The proposal.</param>
    /// <param name="description">What a picture shows, for those who do not see it; what a document is. 3 to 250 characters, on one line.</param>
    /// <param name="file">The file's bytes, read once; no more of them than <see cref="AttachmentOptions.MaximumBytes"/> and one.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Its id, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Proposal.NotOpen</c>, <c>Proposal.Answered</c>, <c>Attempts.TooMany</c> (minutes),
    /// <c>Attachment.Description</c>, <c>Attachment.TooMany</c> (how many), <c>Attachment.TooLarge</c> (megabytes), <c>Attachment.Empty</c>, <c>Attachment.Kind</c>,
    /// <c>Attachment.Broken</c>, <c>Attachment.Pixels</c> (megapixels), <c>Attachment.Moving</c>, <c>Attachment.Active</c>, <c>Attachment.Encrypted</c>, <c>Attachment.Inflates</c>.</returns>
    Task<Outcome<long>> AddAsync(Actor actor, long proposalId, string description, Stream file, CancellationToken cancellation);

    /// <summary>Takes an attachment off one's own proposal, at any time; its bytes are deleted.</summary>
    /// <returns>Done, or <c>SignIn.Needed</c> or <c>NotFound</c>.</returns>
    Task<Outcome<Done>> RemoveAsync(Actor actor, long attachmentId, CancellationToken cancellation);

    /// <summary>The attachments of a proposal that the actor may see, in the order they were added.</summary>
    Task<IReadOnlyList<AttachmentView>> OfProposalAsync(Actor actor, long proposalId, CancellationToken cancellation);

    /// <summary>One attachment; null when there is none or it is not for the actor to see.</summary>
    Task<AttachmentView?> FindAsync(Actor actor, long attachmentId, CancellationToken cancellation);

    /// <summary>The bytes of an attachment that was found before, in pieces of at most 64 KiB.</summary>
    IAsyncEnumerable<byte[]> ReadAsync(long attachmentId, CancellationToken cancellation);
}

/// <summary>How much may be attached. Configured under <c>Attachments</c>.</summary>
public sealed class AttachmentOptions
{
    /// <summary>The largest <see cref="MaximumBytes"/> that can be configured: 10 MiB.</summary>
    public const int MostBytes = 10 << 20;

    /// <summary>The largest <see cref="MaximumCount"/> that can be configured.</summary>
    public const int MostCount = 10;

    /// <summary>The size of a file, in bytes.</summary>
    public int MaximumBytes { get; set; } = 5 << 20;

    /// <summary>Files of one proposal.</summary>
    public int MaximumCount { get; set; } = 5;

    /// <summary>The size of a picture, in millions of pixels.</summary>
    public int MaximumMegapixels { get; set; } = 40;

    /// <summary>What the compressed parts of a PDF document may grow to, in bytes together.</summary>
    public int MaximumInflatedBytes { get; set; } = 100 << 20;
}

/// <summary>What a file is.</summary>
public enum AttachmentType
{
    /// <summary>A JPEG picture.</summary>
    Jpeg,

    /// <summary>A PNG picture.</summary>
    Png,

    /// <summary>A WebP picture.</summary>
    WebP,

    /// <summary>A PDF document.</summary>
    Pdf,
}

/// <summary>An attachment as shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ProposalId">The proposal it belongs to.</param>
/// <param name="Type">What it is.</param>
/// <param name="Description">What a picture shows, or what a document is.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Hash">SHA-256 of its bytes as stored, in hexadecimal.</param>
/// <param name="Width">A picture's width in pixels as it is stored; null for a document.</param>
/// <param name="Height">A picture's height.</param>
/// <param name="Hidden">Whether it was hidden by moderation.</param>
/// <param name="Public">Whether everybody may see it.</param>
/// <param name="Own">Whether the actor added it.</param>
public sealed record AttachmentView(
    long Id, long ProposalId, AttachmentType Type, string Description, int Length, string Hash, int? Width, int? Height, bool Hidden, bool Public, bool Own);
