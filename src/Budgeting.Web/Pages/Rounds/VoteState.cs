using Budgeting.Core;
using Budgeting.Core.Electorate;
using Budgeting.Core.Voting;

namespace Budgeting.Web.Pages.Rounds;

/// <summary>What a person is told of their own vote in a round.</summary>
public enum VoteState
{
    /// <summary>Nothing: they have not signed in, may not vote in it, or it is not open for voting.</summary>
    Untold,

    /// <summary>They may vote and have not done so.</summary>
    NotYet,

    /// <summary>Their ballot is in the box.</summary>
    Stored,
}

/// <summary>Asks the electorate and the ballot box what to tell a person.</summary>
internal static class VoteStates
{
    public static async Task<VoteState> VoteStateAsync(
        this IBallotBox box, IElectorate electorate, Actor actor, long roundId, CancellationToken cancellation, EntryPass? pass = null)
    {
        if (actor.AccountId is null && pass is null)
            return VoteState.Untold;
        var admitted = await electorate.AdmitAsync(actor, pass, roundId, cancellation);
        if (!admitted.Granted)
            return VoteState.Untold;
        return await box.FindAsync(roundId, admitted.Value, receipt: null, cancellation) is { InBox: InBox.Nothing } ? VoteState.NotYet : VoteState.Stored;
    }
}
