using Budgeting.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Notifications;

/// <summary>What became of a message.</summary>
public enum MessageState
{
    /// <summary>It waits to be sent, for the first time or again.</summary>
    Waiting,

    /// <summary>A gateway took it.</summary>
    Sent,

    /// <summary>A gateway said that it will never take it.</summary>
    Refused,

    /// <summary>It could not be sent while it was of use.</summary>
    Expired,
}

/// <summary>
/// A message on its way; once it has left, a line in the log of deliveries. Address, subject and text stand encrypted in the body, which is
/// there only while the message waits.
/// </summary>
internal sealed class OutgoingMessage
{
    public long Id { get; init; }

    public required MessageKind Kind { get; init; }

    public required MessageChannel Channel { get; init; }

    public long? AccountId { get; init; }

    /// <summary>The round whose voters it is for, without saying which of them; null for all else.</summary>
    public long? RoundId { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required MessageState State { get; init; }

    /// <summary>When it is to be tried, or, while somebody is at it, when somebody else may take it over; when it left, after that.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public int Attempts { get; init; }

    public byte[]? Body { get; init; }
}

internal sealed class OutgoingMessageMapping : IEntityTypeConfiguration<OutgoingMessage>
{
    public const string BodyWhileWaiting = "(state = 'Waiting') = (body IS NOT NULL)";

    public void Configure(EntityTypeBuilder<OutgoingMessage> table)
    {
        table.ToTable("outgoing_messages", check => check.HasCheckConstraint("ck_outgoing_messages_body", BodyWhileWaiting));
        table.Property(message => message.Kind).HasConversion<string>();
        table.Property(message => message.Channel).HasConversion<string>();
        table.Property(message => message.State).HasConversion<string>();
        table.HasIndex(message => new { message.State, message.DueAt });
        table.HasIndex(message => message.AccountId);
        table.HasIndex(message => message.RoundId);
        table.HasOne<Account>().WithMany().HasForeignKey(message => message.AccountId).OnDelete(DeleteBehavior.SetNull);
    }
}
