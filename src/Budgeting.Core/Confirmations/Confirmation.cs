using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Confirmations;

/// <summary>How a request ended.</summary>
internal enum Verdict
{
    /// <summary>Confirmed by another official, and done.</summary>
    Confirmed,

    /// <summary>Declined by another official.</summary>
    Declined,

    /// <summary>Expired or void, and so no longer in the way of a new one.</summary>
    Lapsed,
}

/// <summary>An act that one official has asked for and another one decides.</summary>
internal sealed class Confirmation
{
    private Confirmation()
    {
    }

    public Confirmation(long roundId, ConfirmedAct act, string version, Money? amount, string reason, long askedById, DateTimeOffset now)
    {
        (RoundId, Act, Version, Amount, Reason) = (roundId, act, version, amount, reason.Trim());
        (AskedById, AskedAt, ExpiresAt) = (askedById, now, now + IConfirmations.Lasts);
    }

    public long Id { get; private set; }

    public long RoundId { get; private set; }

    public ConfirmedAct Act { get; private set; }

    /// <summary>Tells what the request is about from what it may have become: a hash of the result, or the number of the envelope's last change.</summary>
    public string Version { get; private set; } = "";

    public Money? Amount { get; private set; }

    public string Reason { get; private set; } = "";

    public long AskedById { get; private set; }

    public DateTimeOffset AskedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public Verdict? Verdict { get; private set; }

    public long? DecidedById { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public string? Remark { get; private set; }

    /// <summary>The role of both sides.</summary>
    public Role Role => RoleFor(Act);

    public static Role RoleFor(ConfirmedAct act) => act == ConfirmedAct.PublishResult ? Role.Coordinator : Role.FinanceOfficer;

    public bool ExpiredAt(DateTimeOffset now) => now >= ExpiresAt;

    /// <summary>Decides it, whoever may.</summary>
    /// <returns>Done, or <c>FourEyes.SameAccount</c>, <c>FourEyes.Decided</c>, <c>FourEyes.Expired</c>.</returns>
    public Outcome<Done> Decide(Verdict verdict, long byId, string? remark, DateTimeOffset now)
    {
        if (byId == AskedById)
            return Refusal.Of("FourEyes.SameAccount");
        if (Verdict is not null)
            return Refusal.Of(Verdict == Confirmations.Verdict.Lapsed ? "FourEyes.Changed" : "FourEyes.Decided");
        if (ExpiredAt(now))
            return Refusal.Of("FourEyes.Expired");
        (Verdict, DecidedById, DecidedAt, Remark) = (verdict, byId, now, string.IsNullOrWhiteSpace(remark) ? null : remark.Trim());
        return Done.It;
    }

    /// <summary>Puts away a request that is expired or void, so that another can be made.</summary>
    public void Lapse(DateTimeOffset now) => (Verdict, DecidedAt) = (Confirmations.Verdict.Lapsed, now);
}

internal sealed class ConfirmationMapping : IEntityTypeConfiguration<Confirmation>
{
    /// <summary>Never the same account on both sides.</summary>
    public const string FourEyes = "decided_by_id IS NULL OR decided_by_id <> asked_by_id";

    public const string Decided = "(COALESCE(verdict, 'Lapsed') IN ('Confirmed', 'Declined')) = (decided_by_id IS NOT NULL) AND (verdict IS NULL) = (decided_at IS NULL)";

    public const string AmountOfEnvelope = "(act = 'LowerEnvelope') = (amount IS NOT NULL) AND (amount IS NULL OR amount >= 0)";

    /// <summary>One request at a time for one act of a round.</summary>
    public const string Open = "verdict IS NULL";

    public void Configure(EntityTypeBuilder<Confirmation> table)
    {
        table.ToTable("confirmations", check =>
        {
            check.HasCheckConstraint("ck_confirmations_four_eyes", FourEyes);
            check.HasCheckConstraint("ck_confirmations_decided", Decided);
            check.HasCheckConstraint("ck_confirmations_amount", AmountOfEnvelope);
        });
        table.Ignore(confirmation => confirmation.Role);
        table.HasIndex(confirmation => new { confirmation.RoundId, confirmation.Act }).IsUnique().HasFilter(Open);
        table.HasIndex(confirmation => confirmation.AskedById);
        table.HasIndex(confirmation => confirmation.DecidedById);
        table.HasOne<Round>().WithMany().HasForeignKey(confirmation => confirmation.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(confirmation => confirmation.AskedById).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(confirmation => confirmation.DecidedById).OnDelete(DeleteBehavior.Restrict);
    }
}
