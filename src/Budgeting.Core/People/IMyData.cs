namespace Budgeting.Core.People;

/// <summary>A person's rights over what is kept of them: to see it, to have it corrected (<see cref="SignIn.IAccounts"/>), to have it deleted.</summary>
/// <remarks>
/// Both acts need the person to have shown a passkey within <see cref="IAuthority.StepUpLasts"/>; somebody without passkeys must have signed in within that time.
/// </remarks>
public interface IMyData
{
    /// <summary>What deleting one's account would do, and what stands against it.</summary>
    /// <returns>That, or <c>SignIn.Needed</c>.</returns>
    Task<Outcome<Leaving>> LookAsync(Actor actor, CancellationToken cancellation);

    /// <summary>Whether the actor may download or delete now.</summary>
    /// <param name="actor">Whose data.</param>
    /// <param name="session">The sign-in of the browser that asks; null when it has none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Done, or <c>SignIn.Needed</c>, <c>StepUp.Needed</c>, <c>Data.SignInAgain</c> for somebody without passkeys.</returns>
    Task<Outcome<Done>> CheckAsync(Actor actor, Guid? session, CancellationToken cancellation);

    /// <summary>Writes everything kept of the person as one JSON document in UTF-8, streamed.</summary>
    /// <returns>Done, or as <see cref="CheckAsync"/>; then nothing was written.</returns>
    Task<Outcome<Done>> WriteAsync(Actor actor, Guid? session, Stream target, CancellationToken cancellation);

    /// <summary>
    /// Deletes the person: address, name, home region, ways in, sign-ins, drafts, links to registers. What they made public stays, by a former participant or
    /// under the name where it is to stay. Cannot be undone.
    /// </summary>
    /// <returns>Done, or as <see cref="CheckAsync"/>, <c>Data.Confirm</c>, <c>Data.HoldsRoles</c>.</returns>
    Task<Outcome<Done>> DeleteAsync(Actor actor, Guid? session, Deletion deletion, CancellationToken cancellation);
}

/// <summary>A wish to be deleted.</summary>
/// <param name="Confirmed">Whether the person has said that they know it cannot be undone.</param>
/// <param name="KeepName">Whether the name stays with what was made public.</param>
public sealed record Deletion(bool Confirmed, bool KeepName);

/// <summary>What deleting one's account means.</summary>
/// <param name="Name">The name shown so far.</param>
/// <param name="Drafts">Proposals never submitted, or withdrawn: they go.</param>
/// <param name="PublicProposals">Proposals that stay.</param>
/// <param name="Offices">Roles that have to be handed over before.</param>
/// <param name="VotingRounds">How many rounds are in voting now: a ballot cast stays.</param>
public sealed record Leaving(string Name, int Drafts, int PublicProposals, IReadOnlyList<RoleHeld> Offices, int VotingRounds);
