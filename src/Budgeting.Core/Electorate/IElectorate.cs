using Budgeting.Core.Voting;

namespace Budgeting.Core.Electorate;

/// <summary>Says who may vote in a round and under which key. Knows people, never choices.</summary>
public interface IElectorate
{
    /// <summary>
    /// Admits a signed-in person to a round whose voting is open: those whose home region is the round's region or lies in it.
    /// Open to them are the headings of their home region and of those above it.
    /// </summary>
    /// <returns>The voter, or <c>SignIn.Needed</c>, <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>, <c>Electorate.Imported</c>, <c>Electorate.NoHomeRegion</c>, <c>Electorate.NotInRegion</c>.</returns>
    Task<Outcome<Voter>> AdmitAsync(Actor actor, long roundId, CancellationToken cancellation);

    /// <summary>Admits voters that the platform's operator vouches for, each under a reference of its own: ballots of an imported election.</summary>
    /// <returns>One voter a reference, in order, with all headings open; or <c>Forbidden</c>, <c>NotFound</c>, <c>Voting.NotOpenYet</c>, <c>Voting.Closed</c>.</returns>
    Task<Outcome<IReadOnlyList<Voter>>> AdmitImportedAsync(Actor actor, long roundId, IReadOnlyList<string> references, CancellationToken cancellation);
}
