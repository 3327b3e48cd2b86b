namespace Budgeting.Core.Rounds;

/// <summary>A stretch of a round's schedule, in order.</summary>
public enum Phase
{
    /// <summary>The round is public; nothing can be done yet.</summary>
    Announced,

    /// <summary>Residents write and submit proposals.</summary>
    Proposing,

    /// <summary>Proposals are developed together. May be left out of a schedule.</summary>
    CoDeveloping,

    /// <summary>Officials judge feasibility and set costs.</summary>
    Evaluating,

    /// <summary>Ballots are cast, changed and withdrawn.</summary>
    Voting,

    /// <summary>Voting is over; the count is made and checked.</summary>
    Counting,

    /// <summary>The result is public. Begins only when a coordinator publishes.</summary>
    Published,

    /// <summary>Winners are carried out.</summary>
    Implementing,

    /// <summary>The round is history.</summary>
    Archived,
}
