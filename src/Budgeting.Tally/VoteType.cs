namespace Budgeting.Tally;

/// <summary>How voters express themselves on a ballot; PaBuLib's <c>vote_type</c>.</summary>
public enum VoteType
{
    /// <summary>Any number of projects, all alike.</summary>
    Approval,

    /// <summary>Projects from the most to the least preferred.</summary>
    Ordinal,

    /// <summary>Points shared out over projects, with a limit on their sum.</summary>
    Cumulative,

    /// <summary>Points given to each project on its own.</summary>
    Scoring,

    /// <summary>Exactly one project.</summary>
    ChooseOne,
}
