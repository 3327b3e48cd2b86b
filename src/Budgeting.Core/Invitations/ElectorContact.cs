using System.Security.Cryptography;
using System.Text.Json;
using Budgeting.Core.Electorate;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Invitations;

/// <summary>Where an entry is reached, encrypted; once the last message is written, only that it was invited.</summary>
internal sealed class ElectorContact
{
    public long ElectorId { get; init; }

    public byte[]? Contact { get; init; }

    public bool HasEmail { get; init; }

    public bool HasPhone { get; init; }

    public bool Invited { get; init; }
}

/// <summary>A round's plan.</summary>
internal sealed class StoredInvitation
{
    public required long RoundId { get; init; }

    public long? PlannedById { get; init; }

    public required DateTimeOffset SendsAt { get; init; }

    public DateTimeOffset? RemindsAt { get; init; }

    public required bool WithCodes { get; init; }

    public InvitationPlan ToPlan() => new(SendsAt, RemindsAt, WithCodes);
}

/// <summary>What of a contact is secret.</summary>
internal sealed record ContactDetails(string? Email, string? Phone);

/// <summary>Encrypts and opens contacts.</summary>
internal sealed class ContactProtection(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Budgeting.ElectorContact");

    /// <summary>Lets the key ring make a new key now if it is going to.</summary>
    public void Ready() => _protector.Protect([]);

    public byte[] Seal(ContactDetails details) => _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(details));

    /// <summary>The contact; null when its key is gone.</summary>
    public ContactDetails? Open(byte[] contact)
    {
        try
        {
            return JsonSerializer.Deserialize<ContactDetails>(_protector.Unprotect(contact));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

internal sealed class ElectorContactMapping : IEntityTypeConfiguration<ElectorContact>
{
    public const string Kept = "contact IS NOT NULL";
    public const string KeptOrInvited = "contact IS NOT NULL OR invited";
    public const string WayKnown = "(contact IS NOT NULL) = (has_email OR has_phone)";

    public void Configure(EntityTypeBuilder<ElectorContact> table)
    {
        table.ToTable("elector_contacts", check =>
        {
            check.HasCheckConstraint("ck_elector_contacts_kept_or_invited", KeptOrInvited);
            check.HasCheckConstraint("ck_elector_contacts_way_known", WayKnown);
        });
        table.HasKey(contact => contact.ElectorId);
        // Those who are still to be written to are found without going through those who are not.
        table.HasIndex(contact => contact.Invited).HasFilter(Kept);
        table.Property(contact => contact.ElectorId).ValueGeneratedNever();
        table.HasOne<Elector>().WithMany().HasForeignKey(contact => contact.ElectorId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class StoredInvitationMapping : IEntityTypeConfiguration<StoredInvitation>
{
    public const string ReminderLater = "reminds_at IS NULL OR reminds_at > sends_at";

    public void Configure(EntityTypeBuilder<StoredInvitation> table)
    {
        table.ToTable("invitations", check => check.HasCheckConstraint("ck_invitations_reminder_later", ReminderLater));
        table.HasKey(invitation => invitation.RoundId);
        table.Property(invitation => invitation.RoundId).ValueGeneratedNever();
        table.HasIndex(invitation => invitation.PlannedById);
        table.HasOne<Round>().WithMany().HasForeignKey(invitation => invitation.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(invitation => invitation.PlannedById).OnDelete(DeleteBehavior.Restrict);
    }
}
