namespace Budgeting.Tally;

/// <summary>How much a voter is said to gain from a project: the utility u that the rules weigh against money.</summary>
/// <remarks>A project's supporters are the voters to whom it has a utility above zero.</remarks>
public enum Satisfaction
{
    /// <summary>The project's cost, for every project on the ballot.</summary>
    Cost,

    /// <summary>One, for every project on the ballot.</summary>
    Cardinality,

    /// <summary>The points given to the project; cumulative and scoring ballots only.</summary>
    Points,

    /// <summary>The number of projects ranked below it on the ballot; the last one has none. Ordinal ballots only.</summary>
    Borda,

    /// <summary>
    /// <see cref="Profile.MaxLength"/> less the project's place on the ballot, the first place being 0: 3, 2, 1 in
    /// Kraków. Ordinal ballots only.
    /// </summary>
    CityBorda,
}

/// <summary>Which satisfaction goes with which ballots, and their names in files and options.</summary>
internal static class Satisfactions
{
    public static string NameOf(Satisfaction satisfaction) => satisfaction switch
    {
        Satisfaction.Cost => "cost",
        Satisfaction.Cardinality => "cardinality",
        Satisfaction.Points => "points",
        Satisfaction.Borda => "borda",
        Satisfaction.CityBorda => "city-borda",
        _ => throw new ArgumentOutOfRangeException(nameof(satisfaction)),
    };

    public static bool Counts(Satisfaction satisfaction, VoteType ballots) => satisfaction switch
    {
        Satisfaction.Cost or Satisfaction.Cardinality => true,
        Satisfaction.Points => ballots is VoteType.Cumulative or VoteType.Scoring,
        _ => ballots is VoteType.Ordinal,
    };

    /// <summary>Refuses a rule that could not count the ballots it is meant for.</summary>
    public static void Check(Satisfaction satisfaction, VoteType ballots)
    {
        if (!Enum.IsDefined(satisfaction))
        {
            throw new ArgumentOutOfRangeException(nameof(satisfaction));
        }

        if (!Enum.IsDefined(ballots))
        {
            throw new ArgumentOutOfRangeException(nameof(ballots));
        }

        if (!Counts(satisfaction, ballots))
        {
            throw new ArgumentException($"{ballots} ballots have no {satisfaction} satisfaction.", nameof(satisfaction));
        }
    }
}
