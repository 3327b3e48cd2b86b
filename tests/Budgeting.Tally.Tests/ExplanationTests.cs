namespace Budgeting.Tally.Tests;

/// <summary>What explanations claim, checked against the plain definitions; and outcomes that are not what they should be.</summary>
public sealed class ExplanationTests
{
    private static readonly TieBreak Ties = new([TieCriterion.LowerCost, TieCriterion.MoreSupporters, TieCriterion.ProjectId]);

    [Fact]
    public void Right_outcomes_are_verified_and_wrong_ones_refuted() => NaiveElections.Hold(
        NaiveElections.OfTypes(VoteType.Approval, VoteType.Ordinal, VoteType.Cumulative), election =>
    {
        Satisfaction satisfaction = election.Type switch { VoteType.Ordinal => Satisfaction.Borda, VoteType.Cumulative => Satisfaction.Points, _ => Satisfaction.Cost };
        EqualSharesRule rule = new(satisfaction, election.Type) { Increase = new() };
        TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
        bool? Proven(TallyResult outcome) => Verification.Check(election.Instance, election.Profile, rule, outcome).First(f => f.Property == OutcomeProperty.Payments).Holds;
        bool refuted = result.Purchases.All(purchase => purchase.Price.IsZero
            || (Proven(result with { Purchases = [.. result.Purchases.Where(p => p != purchase)] }) == false
                && Proven(result with { Purchases = [.. result.Purchases.Select(p => p == purchase ? p with { Price = p.Price * new Rational(99, 100) } : p)] }) == false));
        return Proven(result) == true && refuted;
    }, 300);

    [Fact]
    public void Equal_shares_represent_justly_up_to_one_project() => NaiveElections.Hold(NaiveElections.OfTypes(VoteType.Approval), election =>
        new[] { Satisfaction.Cost, Satisfaction.Cardinality }.All(satisfaction =>
        {
            EqualSharesRule rule = new(satisfaction);
            TallyResult result = rule.Tally(election.Instance, election.Profile, Ties);
            return Verification.Check(election.Instance, election.Profile, rule, result)
                .First(f => f.Property == OutcomeProperty.JustifiedRepresentation).Holds == true;
        }), 500);

    [Fact]
    public void Every_reason_has_its_sentence_in_every_language()
    {
        foreach (OutcomeReason reason in Enum.GetValues<OutcomeReason>())
        {
            ProjectExplanation explanation = new(new ProjectOutcome("1", new Rational(2500, 2), 3, 1, 100, reason, []))
            {
                SupportersMoney = new Rational(100, 3),
                UnaffordableBy = 2,
                Recounted = new() { FurtherVoters = new(1200, true), FurtherChoices = new(7, false), HighestCost = new(99, false), CostStep = 1 },
                AtSameShares = new() { PerVoter = 10, FurtherVoters = new(3, true), HighestCost = new(99, true) },
            };
            string[] sentences = [.. ExplanationText.Languages.Select(language => new ExplanationText(language).Of(explanation))];
            Assert.Equal(3, sentences.Distinct().Count());
            Assert.All(sentences, sentence => Assert.EndsWith(".", sentence));
            Assert.DoesNotContain(sentences, sentence => sentence.Contains('{') || sentence.Contains("  "));
        }
    }

    [Fact]
    public void A_language_without_sentences_is_refused() => Assert.Throws<ArgumentException>(() => new ExplanationText("de"));

    [Fact]
    public void A_project_kept_out_is_told_by_what()
    {
        (Instance instance, Profile profile) = Small();
        GreedyRule rule = new()
        {
            Groups = [ProjectGroup.Conflict("a", "b"), ProjectGroup.Ceiling(50, "c", "d")],
            Eligibility = new() { MinimumScore = 2 },
        };
        Explanation explanation = Explanation.Of(instance, profile, rule, rule.Tally(instance, profile, Ties));
        ExplanationText text = new("en", instance, "EUR");

        Assert.StartsWith(
            "The project is not funded. It got 3 votes. Another project (a Park) was chosen first, and only one of them can be carried out. "
            + "Here 2 projects were equal, and a rule fixed beforehand decided their order. It would have been funded if 1 more person had voted for it and nothing else or if 1 of the other voters had chosen it too.", text.Of(explanation.Projects[1]));
        Assert.StartsWith(
            "The project is not funded. It got 2 votes. At most €50 may be spent on the projects of its group. The funded ones take €30 of it, "
            + "and this one, which costs €25, does not fit any more.", text.Of(explanation.Projects[3]));
        Assert.StartsWith("The project did not take part in the count. It got 1 vote. To take part it needed at least 2 voters: 1 more.", text.Of(explanation.Projects[4]));
        Assert.Equal((30, 2L), (explanation.Projects[3].GroupCost, explanation.Projects[4].RequiredSupporters));
    }

    [Fact]
    public void Money_that_a_group_keeps_back_is_not_wasted()
    {
        (Instance instance, Profile profile) = Small();
        GreedyRule rule = new() { Groups = [ProjectGroup.Conflict("a", "b")] };
        TallyResult result = rule.Tally(instance, profile, Ties);

        Assert.Equal(["a", "c", "d", "e"], result.Winners);
        Assert.True(Verification.Check(instance, profile, rule, result).First(finding => finding.Property == OutcomeProperty.Exhaustive).Holds);
    }

    [Fact]
    public void The_Finnish_and_Swedish_sentences_count_as_people_do()
    {
        (Instance instance, Profile profile) = Small();
        GreedyRule rule = new() { Eligibility = new() { MinimumScore = 2 } };
        Explanation explanation = Explanation.Of(instance, profile, rule, rule.Tally(instance, profile, Ties));

        Assert.Equal(
            "Hanke ei ollut mukana laskennassa. Se sai 1 äänen. Mukaan pääsyyn tarvittiin vähintään 2 äänestäjää: puuttui 1. "
            + "Se olisi rahoitettu, jos vielä 1 ihminen olisi äänestänyt vain sitä tai jos muista äänestäjistä 1 olisi valinnut myös sen.",
            new ExplanationText("fi", instance).Of(explanation.Projects[4]));
        Assert.Equal(
            "Projektet var inte med i räkningen. Det fick 1 röst. För att vara med krävdes minst 2 väljare: 1 fattades. "
            + "Det hade finansierats om ytterligare 1 person hade röstat på bara det eller om 1 av de andra väljarna också hade valt det.",
            new ExplanationText("sv", instance).Of(explanation.Projects[4]));
    }

    [Fact]
    public void Phragmen_tells_where_the_count_ended()
    {
        Profile.Builder builder = new(VoteType.Approval, 3);
        builder.Add([0, 1]);
        builder.Add([1]);
        builder.Add([2]);
        Instance instance = new(10, new Project("a", 4), new Project("b", 5, "Bridge"), new Project("c", 7));
        PhragmenRule rule = new();
        Explanation explanation = Explanation.Of(instance, builder.Build(), rule, rule.Tally(instance, builder.Build(), Ties));

        Assert.Equal(["b", "a"], explanation.Result.Winners);
        Assert.Equal([2, 1], explanation.Projects.Take(2).Select(project => project.Round!.Value));
        Assert.Equal(new Rational(5, 2), explanation.Projects[1].Load);
        Assert.Equal(("c", 7), (explanation.Projects[2].EndedAt, explanation.Projects[2].Load));
        Assert.Contains("It was its turn, but only 1 was left, and it costs 7. The count ended there.", new ExplanationText("en").Of(explanation.Projects[2]));
    }

    private static (Instance Instance, Profile Profile) Small()
    {
        Profile.Builder builder = new(VoteType.Approval, 5);
        builder.Add([0, 1, 2]);
        builder.Add([0, 1, 2]);
        builder.Add([0, 1, 2, 3]);
        builder.Add([0, 3, 4]);
        return (new Instance(200, new Project("a", 60, "Park"), new Project("b", 50), new Project("c", 30), new Project("d", 25), new Project("e", 10)), builder.Build());
    }
}
