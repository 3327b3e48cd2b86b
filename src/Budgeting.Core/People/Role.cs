namespace Budgeting.Core.People;

/// <summary>A role that a person holds in a region and in the regions below it.</summary>
public enum Role
{
    /// <summary>Proposes, comments, votes.</summary>
    Resident,

    /// <summary>A resident with a badge, invited as co-writer.</summary>
    ExpertByExperience,

    /// <summary>Gives public statements.</summary>
    Panel,

    /// <summary>Judges feasibility and sets the cost.</summary>
    Evaluator,

    /// <summary>Runs the round.</summary>
    Coordinator,

    /// <summary>Sets and changes the envelope.</summary>
    FinanceOfficer,

    /// <summary>Runs assisted and paper voting.</summary>
    Clerk,

    /// <summary>Reads results, records the decision.</summary>
    CouncilMember,

    /// <summary>Checks a round from its ballots up, with the opened commitments.</summary>
    Auditor,

    /// <summary>Regions, roles, settings; never sees how anyone voted.</summary>
    Administrator,
}

/// <summary>Which roles are offices.</summary>
public static class Offices
{
    /// <summary>Whether the role is an office: its powers count only for somebody who signed in with a passkey.</summary>
    public static bool IsOffice(this Role role) => role is not (Role.Resident or Role.ExpertByExperience);
}
