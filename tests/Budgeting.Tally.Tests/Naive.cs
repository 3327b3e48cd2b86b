using System.Text;

namespace Budgeting.Tally.Tests;

/// <summary>
/// The rules taken word for word, voter by voter, in exact fractions: as slow as it is plain, and with nothing in common
/// with the engine but the type of numbers.
/// </summary>
internal sealed record NaiveElection(Rational Budget, string[] Ids, Rational[] Costs, (int[] Projects, int[] Points)[] Ballots, VoteType Type, int MaxLength)
{
    /// <summary>The least number of supporters, their least share of all voters, and d of votes/n ≥ cost/(d·budget).</summary>
    public (int Supporters, Rational Share, Rational? Divisor) Required { get; init; }

    /// <summary>Two projects of which only one can be funded.</summary>
    public (int One, int Other)? Conflict { get; init; }

    /// <summary>The most money the projects from this one on may cost together.</summary>
    public (int From, Rational Most)? Cap { get; init; }

    public Instance Instance => new(Budget, Ids.Zip(Costs, (id, cost) => new Project(id, cost)));

    public Profile Profile
    {
        get
        {
            Profile.Builder builder = new(Type, Ids.Length, MaxLength);
            foreach ((int[] projects, int[] points) in Ballots)
            {
                if (Type is VoteType.Cumulative or VoteType.Scoring)
                {
                    builder.Add(projects, [.. points.Select(p => new Rational(p, 2))]);
                }
                else
                {
                    builder.Add(projects);
                }
            }

            return builder.Build();
        }
    }

    public override string ToString() =>
        $"{Type}, budget {Budget}, costs {string.Join(' ', Ids.Zip(Costs))}, ballots {string.Join(" | ", Ballots.Select(b => string.Join(',', b.Projects) + ":" + string.Join(',', b.Points)))}";

    public Rational Utility(int voter, int project, Satisfaction satisfaction)
    {
        (int[] projects, int[] points) = Ballots[voter];
        List<int> chosen = [.. projects.Distinct()];
        int place = chosen.IndexOf(project);
        return place < 0 ? 0 : satisfaction switch
        {
            Satisfaction.Cost => Costs[project],
            Satisfaction.Cardinality => 1,
            Satisfaction.Points => new Rational(points[Array.IndexOf(projects, project)], 2),
            Satisfaction.Borda => chosen.Count - 1 - place,
            _ => Math.Max(MaxLength, chosen.Count) - place,
        };
    }

    // With cost satisfaction a free project is worth nothing to anyone, but it is on their ballots.
    public bool Supports(int voter, int project, Satisfaction satisfaction) =>
        satisfaction == Satisfaction.Cost ? Ballots[voter].Projects.Contains(project) : Utility(voter, project, satisfaction).Sign > 0;

    public int Supporters(int project, Satisfaction satisfaction) =>
        Enumerable.Range(0, Ballots.Length).Count(voter => Supports(voter, project, satisfaction));

    public bool Admitted(int project, Satisfaction satisfaction)
    {
        Rational supporters = Supporters(project, satisfaction);
        return supporters >= Required.Supporters && supporters >= Required.Share * Ballots.Length
            && (Required.Divisor is not Rational divisor || supporters / Ballots.Length >= Costs[project] / (divisor * Budget));
    }

    public bool KeptOut(int project, List<int> taken) =>
        (Conflict is (int one, int other) && ((project == one && taken.Contains(other)) || (project == other && taken.Contains(one))))
        || (Cap is (int from, Rational most) && project >= from && Cost(taken.Where(p => p >= from)) + Costs[project] > most);

    /// <summary>Lower cost, then more supporters, then the smaller id.</summary>
    public int FirstOf(IEnumerable<int> tied, Satisfaction satisfaction) =>
        tied.OrderBy(p => Costs[p]).ThenByDescending(p => Supporters(p, satisfaction))
            .ThenBy(p => Convert.ToHexString(Encoding.UTF8.GetBytes(Ids[p])), StringComparer.Ordinal).First();

    public List<int> Greedy(Satisfaction satisfaction, bool perCost = true, bool stops = false, List<int>? already = null, Satisfaction? ties = null)
    {
        List<int> taken = [.. already ?? []];
        List<int> waiting = [.. Enumerable.Range(0, Ids.Length).Except(taken).Where(p => Admitted(p, satisfaction))];
        if (already is not null)
        {
            waiting.RemoveAll(p => Costs[p] > Budget - Cost(taken));
        }

        while (waiting.Count > 0)
        {
            (int, Rational) Score(int p)
            {
                Rational total = Enumerable.Range(0, Ballots.Length).Aggregate(Rational.Zero, (sum, v) => sum + Utility(v, p, satisfaction));
                return !perCost ? (0, total)
                    : Costs[p].IsZero ? (Supporters(p, satisfaction) > 0 ? 1 : 0, 0)
                    : (0, total / Costs[p]);
            }

            (int, Rational) best = waiting.Max(Score);
            int next = FirstOf(waiting.Where(p => Score(p) == best), ties ?? satisfaction);
            waiting.Remove(next);
            if (KeptOut(next, taken))
            {
                continue;
            }

            if (Cost(taken) + Costs[next] <= Budget)
            {
                taken.Add(next);
            }
            else if (stops && Costs[next] <= Budget)
            {
                break;
            }
        }

        return taken;
    }

    public (List<int> Taken, List<Rational> Prices) EqualShares(Rational perVoter, Satisfaction satisfaction)
    {
        Rational[] money = [.. Ballots.Select(_ => perVoter)];
        List<int> taken = [];
        List<Rational> prices = [];
        while (true)
        {
            Dictionary<int, Rational> affordable = [];
            foreach (int p in Enumerable.Range(0, Ids.Length).Except(taken).Where(p => Admitted(p, satisfaction) && !KeptOut(p, taken)))
            {
                List<int> supporters = [.. Enumerable.Range(0, Ballots.Length).Where(v => Supports(v, p, satisfaction))];
                if (supporters.Count > 0 && supporters.Aggregate(Rational.Zero, (sum, v) => sum + money[v]) >= Costs[p])
                {
                    affordable[p] = Price(p, supporters, money, satisfaction);
                }
            }

            if (affordable.Count == 0)
            {
                return (taken, prices);
            }

            Rational least = affordable.Values.Min();
            int next = FirstOf(affordable.Where(entry => entry.Value == least).Select(entry => entry.Key), satisfaction);
            for (int v = 0; v < money.Length; v++)
            {
                Rational share = least * Utility(v, next, satisfaction);
                money[v] -= share < money[v] ? share : money[v];
            }

            taken.Add(next);
            prices.Add(least);
        }
    }

    private Rational Price(int project, List<int> supporters, Rational[] money, Satisfaction satisfaction)
    {
        if (Costs[project].IsZero)
        {
            return 0;
        }

        // The voters in the order in which they run out of money as the price rises.
        List<int> order = [.. supporters.OrderBy(v => money[v] / Utility(v, project, satisfaction))];
        Rational cost = Costs[project];
        for (int poor = 0; poor < order.Count; poor++)
        {
            Rational slope = order.Skip(poor).Aggregate(Rational.Zero, (sum, v) => sum + Utility(v, project, satisfaction));
            Rational price = cost / slope;
            if (price * Utility(order[poor], project, satisfaction) <= money[order[poor]])
            {
                return price;
            }

            cost -= money[order[poor]];
        }

        throw new InvalidOperationException("not affordable");
    }

    public (List<int> Taken, List<Rational> Prices, Rational PerVoter) Increased(Satisfaction satisfaction, BudgetIncrease increase)
    {
        Rational perVoter = Budget / Ballots.Length;
        if (increase.StartsWhole)
        {
            perVoter = System.Numerics.BigInteger.Divide(perVoter.Numerator, perVoter.Denominator);
        }

        (List<int> Taken, List<Rational> Prices) before = EqualShares(perVoter, satisfaction);
        while (true)
        {
            List<int> open = [.. Enumerable.Range(0, Ids.Length).Except(before.Taken).Where(p => Supporters(p, satisfaction) > 0 && !Costs[p].IsZero)];
            if (open.Count == 0 || (increase.StopsWhenExhausted && open.TrueForAll(p => Costs[p] > Budget - Cost(before.Taken))))
            {
                return (before.Taken, before.Prices, perVoter);
            }

            (List<int> Taken, List<Rational> Prices) next = EqualShares(perVoter + increase.Step, satisfaction);
            if (Cost(next.Taken) > Budget)
            {
                return (before.Taken, before.Prices, perVoter);
            }

            (before, perVoter) = (next, perVoter + increase.Step);
        }
    }

    public List<int> Phragmen()
    {
        List<int> taken = [];
        List<int> waiting = [.. Enumerable.Range(0, Ids.Length).Where(p => Costs[p] <= Budget && Admitted(p, Satisfaction.Cardinality))];
        Rational[] loads = new Rational[Ballots.Length];
        while (waiting.Count > 0)
        {
            Rational? Load(int p)
            {
                List<int> supporters = [.. Enumerable.Range(0, Ballots.Length).Where(v => Ballots[v].Projects.Contains(p))];
                return supporters.Count == 0 ? null : supporters.Aggregate(Costs[p], (sum, v) => sum + loads[v]) / supporters.Count;
            }

            waiting.RemoveAll(p => KeptOut(p, taken));
            if (waiting.Count == 0)
            {
                break;
            }

            Rational? least = waiting.Min(p => Load(p));
            List<int> tied = [.. waiting.Where(p => Load(p) == least)];
            if (tied.Exists(p => Cost(taken) + Costs[p] > Budget))
            {
                break;
            }

            int next = FirstOf(tied, Satisfaction.Cardinality);
            for (int v = 0; v < loads.Length; v++)
            {
                loads[v] = Ballots[v].Projects.Contains(next) ? least!.Value : loads[v];
            }

            taken.Add(next);
            waiting.Remove(next);
        }

        return taken;
    }

    public Rational Cost(IEnumerable<int> projects) => projects.Aggregate(Rational.Zero, (sum, p) => sum + Costs[p]);
}
