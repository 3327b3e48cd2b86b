using System.Collections.Immutable;
using System.Globalization;

namespace Budgeting.Tally;

/// <summary>Explanations as sentences in Finnish, Swedish and English, for people who know nothing of voting rules.</summary>
/// <remarks>Amounts are rounded to hundredths here, and only here.</remarks>
public sealed class ExplanationText
{
    private readonly int _language;
    private readonly NumberFormatInfo _format;
    private readonly Instance? _instance;
    private readonly string? _currency;

    /// <summary>Chooses how to write.</summary>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="instance">The projects, for their names; without it they are named by id.</param>
    /// <param name="currency">The currency of all amounts as in ISO 4217, such as <c>EUR</c>; without it they bear none.</param>
    /// <exception cref="ArgumentException">There are no sentences in this language.</exception>
    public ExplanationText(string language, Instance? instance = null, string? currency = null)
    {
        _language = Languages.IndexOf(language);
        if (_language < 0)
        {
            throw new ArgumentException($"There are no sentences in the language '{language}'.", nameof(language));
        }

        _format = language == "en"
            ? new NumberFormatInfo { NumberGroupSeparator = ",", NumberDecimalSeparator = "." }
            : new NumberFormatInfo { NumberGroupSeparator = "\u00A0", NumberDecimalSeparator = "," };
        _instance = instance;
        _currency = string.IsNullOrWhiteSpace(currency) ? null : currency.Trim();
    }

    /// <summary>The languages there are sentences in: <c>fi</c>, <c>sv</c>, <c>en</c>.</summary>
    public static ImmutableArray<string> Languages { get; } = ["fi", "sv", "en"];

    /// <summary>Why a project is funded or not, and what would have changed that.</summary>
    /// <param name="explanation">The explanation of the project.</param>
    public string Of(ProjectExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        List<string> sentences = [.. explanation.Outcome.IsFunded ? Funded(explanation) : NotFunded(explanation)];
        if (explanation.Outcome.Tied.Length > 1)
        {
            string tied = Number(explanation.Outcome.Tied.Length);
            sentences.Add(Say(
                $"Tässä kohdassa {tied} hanketta oli tasoissa, ja niiden järjestyksen ratkaisi ennalta päätetty sääntö.",
                $"Här var {tied} projekt lika, och ordningen mellan dem avgjordes av en på förhand bestämd regel.",
                $"Here {tied} projects were equal, and a rule fixed beforehand decided their order."));
        }

        sentences.AddRange(WhatIf(explanation));
        return string.Join(' ', sentences);
    }

    /// <summary>What can be said of the whole: how the count went, and how many voters got at least one of their projects.</summary>
    /// <param name="explanation">The explanation.</param>
    public string Of(Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        TallyResult result = explanation.Result;
        int winners = result.Winners.Length;
        long voters = explanation.Voters.Sum(share => share.Voters);
        string all = Number(voters);
        string served = Number(explanation.Voters.Where(share => share.Funded > 0).Sum(share => share.Voters));
        string[] sentences =
        [
            Say(
                $"Rahoitetaan {Count(winners, "1 hanke", "hanketta")}, yhteensä {Money(result.Cost)}; käyttämättä jää {Money(result.MoneyLeft)}.",
                $"{Count(winners, "1 projekt", "projekt")} finansieras, sammanlagt {Money(result.Cost)}; {Money(result.MoneyLeft)} blir oanvänt.",
                $"{Count(winners, "1 project is", "projects are")} funded, for {Money(result.Cost)} in all; {Money(result.MoneyLeft)} is left unused."),
            Say(
                $"Äänestäjiä oli {all}, ja heistä {served} sai ainakin yhden valitsemansa hankkeen.",
                $"Antalet väljare var {all}, och av dem fick {served} minst ett projekt som de valde.",
                $"There {(voters == 1 ? "was 1 voter" : $"were {all} voters")}, and {served} of them got at least one project they chose."),
            .. Rule(explanation.Rule, result),
        ];
        return string.Join(' ', sentences);
    }

    private IEnumerable<string> Rule(ITallyRule rule, TallyResult result)
    {
        if (result.Comparison is ComparisonResult comparison)
        {
            string shares = Number(comparison.ForEqualShares);
            string greedy = Number(comparison.ForGreedy);
            yield return Say(
                $"Kahta laskentatapaa verrattiin: tasaosuuksien tulosta piti parempana {shares} äänestäjää, äänimäärien mukaan valittua {greedy}.",
                $"Två räknesätt jämfördes: {shares} väljare föredrog resultatet med lika andelar, {greedy} det som valdes efter antalet röster.",
                $"Two ways of counting were compared: {shares} voters preferred the outcome with equal shares, {greedy} the one chosen by the number of votes.");
            if (comparison.GreedyTaken)
            {
                rule = new GreedyRule();
            }
        }

        if (rule is GreedyRule)
        {
            yield return Greedy((GreedyRule)rule);
        }
        else if (rule is PhragmenRule)
        {
            yield return Say(
                "Kunkin valitun hankkeen kustannus jaettiin laskennassa sitä äänestäneiden kannettavaksi. Vuorossa oli aina hanke, jota äänestäneille olisi tullut sen jälkeen vähiten kannettavaa henkeä kohti. Laskenta päättyi, jos vuorossa ollut hanke ei enää mahtunut jäljellä olleeseen rahaan.",
                "Kostnaden för varje valt projekt fördelades i räkningen på dem som röstat på det. I tur stod alltid det projekt vars väljare därefter skulle ha minst att bära per person. Räkningen slutade om projektet som stod i tur inte längre rymdes i de pengar som var kvar.",
                "In the count the cost of each chosen project was shared out among those who voted for it. The next in turn was always the project whose voters would then have the least to carry per person. The count ended if the project whose turn it was no longer fitted in the money left.");
        }
        else if (result.PerVoter is Rational perVoter && result.Comparison is not { GreedyTaken: true })
        {
            yield return Say(
                $"Raha jaettiin laskennassa tasan kaikille äänestäjille, ja kukin hanke maksettiin sitä äänestäneiden osuuksista. Jokaisen osuus oli {Money(perVoter)}.",
                $"Pengarna delades i räkningen lika mellan alla väljare, och varje projekt betalades ur andelarna hos dem som röstat på det. Varje väljares andel var {Money(perVoter)}.",
                $"In the count the money was shared equally among all voters, and each project was paid for from the shares of those who voted for it. Every voter's share was {Money(perVoter)}.");
            if (result.Increases > 0)
            {
                yield return Say(
                    "Osuuksia oli korotettu, jotta rahaa jäisi vähemmän käyttämättä; rahoitetut hankkeet mahtuvat silti määrärahaan.",
                    "Andelarna hade höjts för att mindre pengar skulle bli oanvända; de finansierade projekten ryms ändå i anslaget.",
                    "The shares had been raised so that less money would be left unused; the funded projects still fit in the budget.");
            }

            if (rule is EqualSharesRule { Completion: not Completion.None })
            {
                yield return Say(
                    "Jäljelle jäänyt raha annettiin sen jälkeen hankkeille, jotka siihen vielä mahtuivat.",
                    "Pengarna som blev över gavs därefter till projekt som ännu rymdes i dem.",
                    "The money left over was then given to projects that still fitted in it.");
            }
        }
    }

    private string Greedy(GreedyRule rule)
    {
        bool votes = rule.Satisfaction is Satisfaction.Cost or Satisfaction.Cardinality;
        bool perCost = rule.Order == GreedyOrder.PerCost && rule.Satisfaction != Satisfaction.Cost;
        bool times = rule is { Order: GreedyOrder.Total, Satisfaction: Satisfaction.Cost };
        string order = Say(
            $"Hankkeet käytiin läpi järjestyksessä, alkaen siitä, joka sai eniten {(votes ? "ääniä" : "pisteitä")}{(perCost ? " hintaansa nähden" : times ? " hinnallaan kerrottuna" : "")}.",
            $"Projekten gicks igenom i ordning, med början i det som fick flest {(votes ? "röster" : "poäng")}{(perCost ? " i förhållande till sin kostnad" : times ? " gånger sin kostnad" : "")}.",
            $"The projects were gone through in order, beginning with the one that got the most {(votes ? "votes" : "points")}{(perCost ? " for its cost" : times ? " times its cost" : "")}.");
        string skip = rule.StopsAtFirstMisfit
            ? Say(
                "Kukin rahoitettiin, kunnes ensimmäinen ei enää mahtunut jäljellä olevaan rahaan; koko määrärahaa kalliimmat ohitettiin.",
                "Varje projekt finansierades tills det första inte längre rymdes i de pengar som var kvar; de som var dyrare än hela anslaget hoppades över.",
                "Each was funded until the first one no longer fitted in the money left; those dearer than the whole budget were passed over.")
            : Say(
                "Kukin rahoitettiin, jos se mahtui jäljellä olevaan rahaan.",
                "Varje projekt finansierades om det rymdes i de pengar som var kvar.",
                "Each was funded if it fitted in the money left.");
        return $"{order} {skip}";
    }

    private IEnumerable<string> Funded(ProjectExplanation explanation)
    {
        ProjectOutcome outcome = explanation.Outcome;
        string cost = Money(outcome.Cost);
        string left = Money(outcome.MoneyBefore);
        if (outcome.Reason == OutcomeReason.FundedByCompletion)
        {
            yield return Say("Hanke rahoitetaan jäljelle jääneellä rahalla.", "Projektet finansieras med pengar som blev över.", "The project is funded with money that was left over.");
            yield return Got(explanation);
            yield return Say(
                $"Äänestäjien omat osuudet eivät riittäneet siihen, mutta rahaa oli vielä jakamatta {left}, ja se maksaa {cost}.",
                $"Väljarnas egna andelar räckte inte till det, men {left} var ännu ofördelat, och det kostar {cost}.",
                $"The voters' own shares were not enough for it, but {left} had not been given out yet, and it costs {cost}.");
            yield break;
        }

        yield return Say("Hanke rahoitetaan.", "Projektet finansieras.", "The project is funded.");
        yield return Got(explanation);
        if (explanation is { Round: int round, LargestPayment: Rational payment })
        {
            yield return Say($"Se valittiin {round}. hankkeena.", $"Det valdes som nummer {round}.", $"It was chosen as number {round}.");
            (string genitive, _, string swedish, string english) = Backers(explanation);
            yield return outcome.Cost.IsZero
                ? Say("Se ei maksa mitään.", "Det kostar ingenting.", "It costs nothing.")
                : outcome.Supporters == 1
                ? Say(
                    $"Sen kustannus {cost} maksettiin tämän äänestäjän osuudesta.",
                    $"Kostnaden {cost} betalades ur den väljarens andel.",
                    $"Its cost of {cost} was paid from this voter's share.")
                : Say(
                    $"Sen kustannus {cost} maksettiin {genitive} osuuksista: kukin maksoi enintään {Money(payment)}.",
                    $"Kostnaden {cost} betalades ur andelarna hos dem som {swedish}: var och en betalade högst {Money(payment)}.",
                    $"Its cost of {cost} was paid from the shares of those who {english}: each paid at most {Money(payment)}.");
            if (explanation.OutOfMoney is int poor and > 0)
            {
                yield return Say(
                    $"Heistä {Number(poor)} ei pystynyt maksamaan koko osaansa ja maksoi sen, mitä osuudesta oli jäljellä.",
                    $"Av dem kunde {Number(poor)} inte betala hela sin del och betalade det som fanns kvar av andelen.",
                    $"Of them, {Number(poor)} could not pay their whole part and paid what was left of their share.");
            }
        }
        else if (explanation.Round is int turn)
        {
            yield return Say($"Se valittiin {turn}. hankkeena.", $"Det valdes som nummer {turn}.", $"It was chosen as number {turn}.");
            yield return explanation.Load is Rational load
                ? Say(
                    $"Se maksaa {cost}. Kun kustannus jaettiin sitä äänestäneille, heille tuli aiemmin valitut hankkeet mukaan lukien kannettavaa {Money(load)} henkeä kohti. Mikään muu vielä valittavissa ollut hanke ei olisi johtanut pienempään summaan.",
                    $"Det kostar {cost}. När kostnaden delades på dem som röstat på det fick de, de tidigare valda projekten inräknade, {Money(load)} per person att bära. Inget annat projekt som då ännu kunde väljas skulle ha lett till ett mindre belopp.",
                    $"It costs {cost}. When the cost was shared among those who voted for it, they came to carry {Money(load)} per person, counting the projects chosen before. No other project that could still be chosen would have led to a smaller amount.")
                : Say($"Se maksaa {cost} ja mahtui jäljellä olleeseen rahaan, {left}.", $"Det kostar {cost} och rymdes i de pengar som var kvar, {left}.", $"It costs {cost} and fitted in the money left, {left}.");
        }
        else
        {
            yield return Say(
                $"Sen vuorolla rahaa oli jäljellä {left}, ja se maksaa {cost}.",
                $"När turen kom till det fanns {left} kvar, och det kostar {cost}.",
                $"When its turn came, {left} was left, and it costs {cost}.");
        }
    }

    private IEnumerable<string> NotFunded(ProjectExplanation explanation)
    {
        ProjectOutcome outcome = explanation.Outcome;
        string cost = Money(outcome.Cost);
        string left = Money(outcome.MoneyBefore);
        yield return outcome.Reason == OutcomeReason.NotEligible
            ? Say("Hanke ei ollut mukana laskennassa.", "Projektet var inte med i räkningen.", "The project did not take part in the count.")
            : Say("Hanketta ei rahoiteta.", "Projektet finansieras inte.", "The project is not funded.");
        yield return Got(explanation);
        if (_instance is not null && outcome.Cost > _instance.Budget)
        {
            yield return Say(
                $"Se maksaa {cost}, enemmän kuin koko jaettava raha, {Money(_instance.Budget)}.",
                $"Det kostar {cost}, mer än alla pengar som fanns att fördela, {Money(_instance.Budget)}.",
                $"It costs {cost}, more than all the money there was to give out, {Money(_instance.Budget)}.");
            yield break;
        }

        switch (outcome.Reason)
        {
            case OutcomeReason.NotEligible:
                foreach (string sentence in Required(explanation))
                {
                    yield return sentence;
                }

                break;
            case OutcomeReason.Excluded or OutcomeReason.CategoryFull:
                yield return KeptOut(explanation, cost);
                break;
            case OutcomeReason.NotInPreferredOutcome:
                yield return Say(
                    "Useampi äänestäjä piti parempana tulosta, jossa sitä ei ole.",
                    "Fler väljare föredrog ett resultat där det inte ingår.",
                    "More voters preferred an outcome without it.");
                break;
            case OutcomeReason.SupportersOutOfMoney or OutcomeReason.DoesNotFit when explanation is { SupportersMoney: Rational money, UnaffordableBy: int round }:
                foreach (string sentence in OutOfMoney(explanation, money, round))
                {
                    yield return sentence;
                }

                if (outcome.Reason == OutcomeReason.DoesNotFit)
                {
                    yield return Say(
                        $"Kun jäljelle jäänyttä rahaa jaettiin, sitä oli sen vuorolla enää {left}, ja se maksaa {cost}.",
                        $"När pengarna som blev över fördelades fanns bara {left} kvar när turen kom till det, och det kostar {cost}.",
                        $"When the money left over was given out, only {left} was left at its turn, and it costs {cost}.");
                }

                break;
            case OutcomeReason.SupportersOutOfMoney:
                yield return Say(
                    "Kukaan ei voinut maksaa sitä omasta osuudestaan.",
                    "Ingen kunde betala det ur sin egen andel.",
                    "Nobody could pay for it from their share.");
                break;
            case OutcomeReason.DoesNotFit:
                yield return Say(
                    $"Sen vuorolla rahaa oli jäljellä enää {left}, ja se maksaa {cost}.",
                    $"När turen kom till det fanns bara {left} kvar, och det kostar {cost}.",
                    $"When its turn came, only {left} was left, and it costs {cost}.");
                break;
            default:
                yield return explanation.EndedAt == outcome.ProjectId
                    ? Say(
                        $"Oli sen vuoro, mutta rahaa oli jäljellä enää {left}, ja se maksaa {cost}. Laskenta päättyi siihen.",
                        $"Det stod i tur, men bara {left} fanns kvar, och det kostar {cost}. Räkningen slutade där.",
                        $"It was its turn, but only {left} was left, and it costs {cost}. The count ended there.")
                    : explanation.EndedAt is string id
                    ? Say(
                        $"Laskenta päättyi ennen sen vuoroa, koska vuorossa ollut hanke ({Name(id)}) ei enää mahtunut jäljellä olleeseen rahaan.",
                        $"Räkningen slutade innan turen kom till det, eftersom projektet som stod i tur ({Name(id)}) inte längre rymdes i de pengar som var kvar.",
                        $"The count ended before its turn, because the project whose turn it was ({Name(id)}) no longer fitted in the money left.")
                    : Say(
                        "Laskenta päättyi ennen sen vuoroa.",
                        "Räkningen slutade innan turen kom till det.",
                        "The count ended before its turn.");
                break;
        }
    }

    private IEnumerable<string> OutOfMoney(ProjectExplanation explanation, Rational money, int round)
    {
        string cost = Money(explanation.Outcome.Cost);
        (string genitive, string adessive, string swedish, string english) = Backers(explanation);
        if (explanation.Outcome.Supporters == 0)
        {
            yield return Say(
                "Siksi kenenkään osuudesta ei voitu maksaa sitä.",
                "Därför kunde det inte betalas ur någons andel.",
                "So it could not be paid for from anybody's share.");
        }
        else if (round == 1)
        {
            yield return Say(
                $"{Capital(genitive)} osuudet olivat alun perinkin yhteensä vain {Money(money)}, ja se maksaa {cost}.",
                $"Andelarna hos dem som {swedish} var redan från början sammanlagt bara {Money(money)}, och det kostar {cost}.",
                $"The shares of those who {english} were only {Money(money)} together from the beginning, and it costs {cost}.");
        }
        else
        {
            string chosen = Number(round - 1);
            yield return Say(
                $"Kun {(round == 2 ? "ensimmäinen hanke" : $"{chosen} hanketta")} oli valittu, {adessive} oli osuuksistaan jäljellä yhteensä {Money(money)}, ja se maksaa {cost}. Loput he olivat käyttäneet muihin hankkeisiin, joita he myös äänestivät.",
                $"När {(round == 2 ? "det första projektet" : $"{chosen} projekt")} hade valts hade de som {swedish} sammanlagt {Money(money)} kvar av sina andelar, och det kostar {cost}. Resten hade de använt till andra projekt som de också röstade på.",
                $"Once {(round == 2 ? "the first project" : $"{chosen} projects")} had been chosen, those who {english} had {Money(money)} of their shares left together, and it costs {cost}. The rest they had used for other projects they also voted for.");
        }
    }

    private IEnumerable<string> Required(ProjectExplanation explanation)
    {
        if (explanation.RequiredSupporters is long votes)
        {
            string missing = Number(votes - explanation.Outcome.Supporters);
            yield return Say(
                $"Mukaan pääsyyn tarvittiin vähintään {Count(votes, "1 äänestäjä", "äänestäjää")}: puuttui {missing}.",
                $"För att vara med krävdes minst {Count(votes, "1 väljare", "väljare")}: {missing} fattades.",
                $"To take part it needed at least {Count(votes, "1 voter", "voters")}: {missing} more.");
        }

        if (explanation is { RequiredPoints: Rational required, Points: Rational points })
        {
            yield return Say(
                $"Mukaan pääsyyn tarvittiin pisteitä vähintään {Amount(required)}: puuttui {Amount(required - points)}.",
                $"För att vara med krävdes minst {Amount(required)} poäng: {Amount(required - points)} fattades.",
                $"To take part it needed at least {Amount(required)} points: {Amount(required - points)} more.");
        }

        if (explanation is { RequiredSupporters: null, RequiredPoints: null })
        {
            yield return Say("Sen kannatus ei riittänyt.", "Dess stöd räckte inte.", "Its support was not enough.");
        }
    }

    private string KeptOut(ProjectExplanation explanation, string cost) => (explanation.Group, explanation.Outcome) switch
    {
        ({ MaxCount: 0 }, { Reason: OutcomeReason.Excluded }) => Say(
            "Sen ryhmästä ei rahoiteta yhtään hanketta.",
            "Ur dess grupp finansieras inga projekt.",
            "No project of its group is funded."),
        ({ MaxCount: > 1 and int count }, { Reason: OutcomeReason.Excluded }) => Say(
            $"Sen ryhmästä rahoitetaan enintään {Number(count)} hanketta, ja muita valittiin siitä ensin niin monta.",
            $"Ur dess grupp finansieras högst {Number(count)} projekt, och så många andra valdes ur den först.",
            $"At most {Number(count)} projects of its group are funded, and that many others were chosen first."),
        (_, { Reason: OutcomeReason.Excluded, ExcludedBy: string id }) => Say(
            $"Toinen hanke ({Name(id)}) valittiin ensin, ja näistä voidaan toteuttaa vain yksi.",
            $"Ett annat projekt ({Name(id)}) valdes först, och bara ett av dem kan genomföras.",
            $"Another project ({Name(id)}) was chosen first, and only one of them can be carried out."),
        ({ MaxCost: Rational limit }, _) => Say(
            $"Sen ryhmän hankkeisiin saa käyttää enintään {Money(limit)}. Ryhmän rahoitetut hankkeet vievät siitä {Money(explanation.GroupCost ?? Rational.Zero)}, eikä tämä, joka maksaa {cost}, enää mahdu.",
            $"På projekten i dess grupp får användas högst {Money(limit)}. Gruppens finansierade projekt tar {Money(explanation.GroupCost ?? Rational.Zero)} av det, och detta, som kostar {cost}, ryms inte längre.",
            $"At most {Money(limit)} may be spent on the projects of its group. The funded ones take {Money(explanation.GroupCost ?? Rational.Zero)} of it, and this one, which costs {cost}, does not fit any more."),
        _ => Say(
            "Sen ryhmän enimmäissumma olisi ylittynyt.",
            "Taket för dess grupp skulle ha överskridits.",
            "The ceiling of its group would have been exceeded."),
    };

    private IEnumerable<string> WhatIf(ProjectExplanation explanation)
    {
        Counterfactuals? whole = explanation.Recounted;
        if (whole is not null)
        {
            string[] clauses = [.. Clauses(whole, whole)];
            if (clauses.Length > 0)
            {
                yield return Say(
                    $"Se olisi rahoitettu, {Or(clauses)}.",
                    $"Det hade finansierats {Or(clauses)}.",
                    $"It would have been funded {Or(clauses)}.");
                if (whole.FurtherVoters is { Value: > 1 } || whole.FurtherChoices is { Value: > 1 })
                {
                    yield return whole.FurtherVoters is { IsExact: false } || whole.FurtherChoices is { IsExact: false }
                        ? Say("Yhtä pienempi määrä ei olisi riittänyt.", "Med en färre hade det inte räckt.", "One fewer would not have been enough.")
                        : Say("Vähempi ei olisi riittänyt.", "Färre hade inte räckt.", "Fewer would not have been enough.");
                }
            }

            if (whole.HighestCost is { Value.Sign: > 0 } cost)
            {
                yield return cost.IsExact
                    ? Say(
                        $"Samoilla äänillä se olisi rahoitettu, jos se olisi maksanut enintään {Money(cost.Value)}.",
                        $"Med samma röster hade det finansierats om det hade kostat högst {Money(cost.Value)}.",
                        $"With the same votes it would have been funded if it had cost at most {Money(cost.Value)}.")
                    : Say(
                        $"Samoilla äänillä se olisi rahoitettu, jos se olisi maksanut {Money(cost.Value)}, mutta ei, jos se olisi maksanut {Money(cost.Value + whole.CostStep)}.",
                        $"Med samma röster hade det finansierats om det hade kostat {Money(cost.Value)}, men inte om det hade kostat {Money(cost.Value + whole.CostStep)}.",
                        $"With the same votes it would have been funded if it had cost {Money(cost.Value)}, but not if it had cost {Money(cost.Value + whole.CostStep)}.");
            }
        }

        if (explanation.AtSameShares is { PerVoter: Rational perVoter } same)
        {
            List<string> clauses = [.. Clauses(same, new Counterfactuals
            {
                FurtherVoters = whole?.FurtherVoters is null ? same.FurtherVoters : null,
                FurtherChoices = whole?.FurtherChoices is null ? same.FurtherChoices : null,
            })];
            if (whole?.HighestCost is null && same.HighestCost is { Value.Sign: > 0 } cost)
            {
                clauses.Add(Say(
                    $"jos se olisi maksanut enintään {Money(cost.Value)}",
                    $"om det hade kostat högst {Money(cost.Value)}",
                    $"if it had cost at most {Money(cost.Value)}"));
            }

            if (clauses.Count > 0)
            {
                yield return Say(
                    $"Jos jokaisen äänestäjän osuus olisi pysynyt samana ({Money(perVoter)}), sen äänestäjien rahat olisivat riittäneet, {Or(clauses)}. Tällainen muutos olisi voinut muuttaa myös osuuksia, eikä sitä ole laskettu.",
                    $"Om varje väljares andel hade varit densamma ({Money(perVoter)}), hade dess väljares pengar räckt {Or(clauses)}. En sådan ändring hade också kunnat ändra andelarna, och det har inte räknats.",
                    $"Had every voter's share stayed the same ({Money(perVoter)}), its voters could have paid for it {Or(clauses)}. Such a change could have changed the shares as well, and that has not been counted.");
            }
        }
    }

    private IEnumerable<string> Clauses(Counterfactuals how, Counterfactuals which)
    {
        if (which.FurtherVoters is { Value: long voters })
        {
            string finnish = Count(voters, "1 ihminen", "ihmistä");
            string swedish = Count(voters, "1 person", "personer");
            string english = Count(voters, "1 more person", "more people");
            yield return how.VoterPoints is Rational given
                ? Say(
                    $"jos vielä {finnish} olisi äänestänyt vain sitä ja antanut sille {(voters > 1 ? "kukin " : "")}{Points(given)}",
                    $"om ytterligare {swedish} hade röstat på bara det och gett det {Points(given)}{(voters > 1 ? " var" : "")}",
                    $"if {english} had given it {Points(given)}{(voters > 1 ? " each" : "")} and voted for nothing else")
                : Say(
                    $"jos vielä {finnish} olisi äänestänyt vain sitä",
                    $"om ytterligare {swedish} hade röstat på bara det",
                    $"if {english} had voted for it and nothing else");
        }

        if (which.FurtherChoices is { Value: long choices })
        {
            string others = Number(choices);
            string each = choices > 1 ? Say("kukin ", " var", " each") : "";
            yield return how.PutsFirst
                ? Say(
                    $"jos muista äänestäjistä {others} olisi pannut sen ensimmäiseksi",
                    $"om {others} av de andra väljarna hade satt det först",
                    $"if {others} of the other voters had put it first")
                : how.ChoicePoints is Rational given
                ? Say(
                    $"jos muista äänestäjistä {others} olisi antanut myös sille {each}{Points(given)}",
                    $"om {others} av de andra väljarna också hade gett det {Points(given)}{each}",
                    $"if {others} of the other voters had also given it {Points(given)}{each}")
                : Say(
                    $"jos muista äänestäjistä {others} olisi valinnut myös sen",
                    $"om {others} av de andra väljarna också hade valt det",
                    $"if {others} of the other voters had chosen it too");
        }
    }

    private string Or(IReadOnlyList<string> clauses) => clauses.Count == 1
        ? clauses[0]
        : $"{string.Join(", ", clauses.Take(clauses.Count - 1))}{Say(" tai ", " eller ", " or ")}{clauses[^1]}";

    private string Got(ProjectExplanation explanation)
    {
        int voters = explanation.Outcome.Supporters;
        return voters == 0 && explanation.Points is not null ? Say("Se ei saanut pisteitä.", "Det fick inga poäng.", "It got no points.")
            : voters == 0 ? Say("Kukaan ei äänestänyt sitä.", "Ingen röstade på det.", "Nobody voted for it.")
            : explanation.Points is Rational points
            ? Say(
                $"Se sai {Points(points)} {Count(voters, "1 äänestäjältä", "äänestäjältä")}.",
                $"Det fick {Points(points)} av {Count(voters, "1 väljare", "väljare")}.",
                $"It got {Points(points)} from {Count(voters, "1 voter", "voters")}.")
            : Say(
                $"Se sai {Count(voters, "1 äänen", "ääntä")}.",
                $"Det fick {Count(voters, "1 röst", "röster")}.",
                $"It got {Count(voters, "1 vote", "votes")}.");
    }

    // Those whose money counts for a project; the last on a ranked ballot may give it none.
    private static (string Genitive, string Adessive, string Swedish, string English) Backers(ProjectExplanation explanation) =>
        explanation.Points is null
            ? ("sitä äänestäneiden", "sitä äänestäneillä", "röstat på det", "voted for it")
            : ("sille pisteitä antaneiden", "sille pisteitä antaneilla", "gett det poäng", "gave it points");

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    private string Points(Rational points) => Say(
        $"{Amount(points)} {(points == 1 ? "pisteen" : "pistettä")}",
        $"{Amount(points)} poäng",
        $"{Amount(points)} {(points == 1 ? "point" : "points")}");

    private string Name(string id) => _instance?.IndexOf(id) is int index and >= 0 && _instance.Projects[index].Name is { Length: > 0 } name ? $"{id} {name}" : id;

    // Each sentence is written out in all languages, the numbers as in the one that is wanted.
    private string Say(string fi, string sv, string en) => _language switch { 0 => fi, 1 => sv, _ => en };

    private string Count(long number, string one, string many) => number == 1 ? one : $"{Number(number)} {many}";

    private string Number(long number) => number.ToString("N0", _format);

    private string Money(Rational amount) => _currency switch
    {
        null => Amount(amount),
        "EUR" => _language == 2 ? $"€{Amount(amount)}" : $"{Amount(amount)}\u00A0€",
        _ => _language == 2 ? $"{_currency}\u00A0{Amount(amount)}" : $"{Amount(amount)}\u00A0{_currency}",
    };

    private string Amount(Rational amount)
    {
        Rational hundredths = ((amount * 100) + new Rational(1, 2)).Floor();
        decimal rounded = (decimal)hundredths.Numerator / 100;
        return rounded.ToString(rounded == decimal.Truncate(rounded) ? "N0" : "N2", _format);
    }
}
