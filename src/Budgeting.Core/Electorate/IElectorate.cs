using Budgeting.Core.Voting;

namespace Budgeting.Core.Electorate;

/// <summary>Says who may vote in a round and under which key. Knows people, never choices.</summary>
public interface IElectorate
{
    /// <summary>Who may vote in a round. Public.</summary>
    Task<ElectorateRule> RuleAsync(long roundId, CancellationToken cancellation);

    /// <summary>
    /// Admits somebody to a round whose voting is open. By declaration: a signed-in person whose home region is one of the rule's or lies in it.
    /// By register: whoever has a pass, or is signed in with an account linked to an entry; the pass goes before the account, also one that is good no more.
    /// Open to them are the headings of their region and of those above it.
    /// </summary>
    /// <returns>
    /// The voter, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Electorate.Imported</c>, <c>Electorate.NoHomeRegion</c>, <c>Electorate.NotInRegion</c>,
    /// and by register <c>Electorate.PassNeeded</c> (neither account nor pass, or the pass's code has been replaced or its session ended), <c>Electorate.NotLinked</c> (the account is no entry's),
    /// <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>.
    /// </returns>
    Task<Outcome<Voter>> AdmitAsync(Actor actor, EntryPass? pass, long roundId, CancellationToken cancellation);

    /// <summary>Admits somebody who has no pass.</summary>
    Task<Outcome<Voter>> AdmitAsync(Actor actor, long roundId, CancellationToken cancellation) => AdmitAsync(actor, null, roundId, cancellation);

    /// <summary>
    /// Takes a code from a letter, or a one-time code from a clerk, for a pass. While voting is open. What is not a live code is answered
    /// with the same words after the same work, whatever it once was.
    /// </summary>
    /// <param name="roundId">The round.</param>
    /// <param name="code">As typed.</param>
    /// <param name="address">The network address it comes from; attempts are counted by it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>
    /// The pass, or <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Electorate.NotRegistered</c>, <c>Electorate.CodeMistyped</c>, <c>Electorate.CodeUnknown</c>, <c>Attempts.TooMany</c>
    /// (minutes), <c>Electorate.HasLeft</c>, <c>Electorate.UnderAge</c>.
    /// </returns>
    Task<Outcome<EntryPass>> RedeemCodeAsync(long roundId, string code, string? address, CancellationToken cancellation);

    /// <summary>Links a signed-in person's account to the entry whose letter code they have, so that they need the code no more.</summary>
    /// <returns>
    /// Done (also when it was linked before), or <c>SignIn.Needed</c>, <c>Electorate.AlreadyLinked</c> (the account, to another entry), <c>Electorate.Disputed</c> (the entry, to another
    /// account: a coordinator decides), <c>Electorate.LinkKept</c> (a coordinator has decided to leave it so), or as <see cref="RedeemCodeAsync"/>.
    /// </returns>
    Task<Outcome<Done>> LinkAsync(Actor actor, long roundId, string code, string? address, CancellationToken cancellation);

    /// <summary>How one's own account stands in open and coming rounds with a register: what it is linked to, claims, and is refused. Rounds it has nothing to do with are left out.</summary>
    Task<IReadOnlyList<OwnLink>> LinksAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Makes a code by which a clerk who has checked an identity document finds one's account; good for twenty minutes, and once. An earlier one dies.</summary>
    /// <returns>The code, to be shown once, or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<string>> MakeDeskCodeAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Admits voters that the platform's operator vouches for, each under a reference of its own: ballots of an imported election.</summary>
    /// <returns>One voter a reference, in order, with all headings open; or <c>Forbidden</c>, <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>.</returns>
    Task<Outcome<IReadOnlyList<Voter>>> AdmitImportedAsync(Actor actor, long roundId, IReadOnlyList<string> references, CancellationToken cancellation);
}

/// <summary>Admits those whom the register admitted a short while ago, from memory alone: for the minutes in which everybody casts.</summary>
public interface IQuickAdmission
{
    /// <summary>The voter a pass stands for; null when that cannot be said without asking <see cref="IElectorate"/>.</summary>
    Voter? Admit(EntryPass pass);
}

/// <summary>By which code an entry was proved.</summary>
public enum PassKind
{
    /// <summary>One that came by letter.</summary>
    Letter,

    /// <summary>One that a clerk gave out at the desk.</summary>
    Assisted,
}

/// <summary>That somebody has proved an entry. Whoever holds one keeps it encrypted and for a short time.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="EntryId">The entry.</param>
/// <param name="Kind">By which code.</param>
/// <param name="Stamp">Tells the letter code from one that replaced it, and the assisted session from those that a clerk's later act ended.</param>
/// <param name="Admission">What the register said of the entry a short while ago; null before it was asked.</param>
/// <param name="Until">When an assisted session ends however it is used; null for a letter code, which is good until voting closes.</param>
public sealed record EntryPass(long RoundId, long EntryId, PassKind Kind, string Stamp, Admission? Admission = null, DateTimeOffset? Until = null)
{
    /// <summary>How long an assisted session can last.</summary>
    public static readonly TimeSpan AssistedLasts = TimeSpan.FromHours(2);

    /// <summary>The pass with what the register has just said of its entry.</summary>
    public EntryPass AdmittedAs(Voter voter, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(voter);
        return Admission is { } admission && admission.Holds(now) ? this : this with { Admission = new(voter.OpenHeadings, voter.Band, now) };
    }
}

/// <summary>What the register said of an entry that holds a pass. Carried with the pass, so that casting need not ask again.</summary>
/// <param name="OpenHeadings">The headings the entry may vote on.</param>
/// <param name="Band">See <see cref="Voter.Band"/>.</param>
/// <param name="At">When it said so.</param>
public sealed record Admission(IReadOnlyList<long> OpenHeadings, string? Band, DateTimeOffset At)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    /// <summary>Whether it is recent enough to go by: for five minutes.</summary>
    public bool Holds(DateTimeOffset now) => now >= At && now - At < Lasts;
}
