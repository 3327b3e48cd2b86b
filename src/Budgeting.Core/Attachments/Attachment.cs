using Budgeting.Core.Proposals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Attachments;

/// <summary>A file of a proposal; its bytes lie in <see cref="AttachmentPiece"/>s.</summary>
internal sealed class Attachment(
    long proposalId, int position, AttachmentType type, string description, int length, byte[] hash, int? width, int? height, DateTimeOffset addedAt)
{
    public long Id { get; private set; }

    public long ProposalId { get; private set; } = proposalId;

    /// <summary>From 1; unique in the proposal, so that the database keeps the number of files too.</summary>
    public int Position { get; private set; } = position;

    public AttachmentType Type { get; private set; } = type;

    public string Description { get; private set; } = description;

    public int Length { get; private set; } = length;

    public byte[] Hash { get; private set; } = hash;

    public int? Width { get; private set; } = width;

    public int? Height { get; private set; } = height;

    public DateTimeOffset AddedAt { get; private set; } = addedAt;

    public DateTimeOffset? HiddenAt { get; private set; }

    public void Hide(DateTimeOffset now) => HiddenAt ??= now;

    public void Show() => HiddenAt = null;
}

/// <summary>A stretch of an attachment's bytes, so that none is ever read whole.</summary>
internal sealed class AttachmentPiece(long attachmentId, int number, byte[] bytes)
{
    public const int MostBytes = 64 << 10;

    public long AttachmentId { get; private set; } = attachmentId;

    public int Number { get; private set; } = number;

    public byte[] Bytes { get; private set; } = bytes;
}

/// <summary>What the database itself keeps true of attachments.</summary>
internal static class AttachmentChecks
{
    public const string Position = "position BETWEEN 1 AND 10";

    public const string Length = "length BETWEEN 1 AND 10485760";

    public const string Description = "length(description) BETWEEN 3 AND 250";

    public const string Size = "(type = 'Pdf') = (width IS NULL) AND (width IS NULL) = (height IS NULL)";
}

internal sealed class AttachmentMapping : IEntityTypeConfiguration<Attachment>
{
    public void Configure(EntityTypeBuilder<Attachment> table)
    {
        table.ToTable("attachments", check =>
        {
            check.HasCheckConstraint("ck_attachments_position", AttachmentChecks.Position);
            check.HasCheckConstraint("ck_attachments_length", AttachmentChecks.Length);
            check.HasCheckConstraint("ck_attachments_description", AttachmentChecks.Description);
            check.HasCheckConstraint("ck_attachments_size", AttachmentChecks.Size);
        });
        table.HasIndex(attachment => new { attachment.ProposalId, attachment.Position }).IsUnique();
        table.HasIndex(attachment => new { attachment.ProposalId, attachment.Hash }).IsUnique();
        table.HasOne<Proposal>().WithMany().HasForeignKey(attachment => attachment.ProposalId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class AttachmentPieceMapping : IEntityTypeConfiguration<AttachmentPiece>
{
    public void Configure(EntityTypeBuilder<AttachmentPiece> table)
    {
        table.ToTable("attachment_pieces");
        table.HasKey(piece => new { piece.AttachmentId, piece.Number });
        table.HasOne<Attachment>().WithMany().HasForeignKey(piece => piece.AttachmentId).OnDelete(DeleteBehavior.Cascade);
    }
}
