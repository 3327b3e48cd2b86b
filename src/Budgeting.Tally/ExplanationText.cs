using System.Globalization;

namespace Budgeting.Tally;

/// <summary>Explanations as sentences in Finnish, Swedish and English, for people who know nothing of voting rules.</summary>
/// <remarks>Amounts are rounded to hundredths here, and only here; they bear no currency.</remarks>
public static class ExplanationText
{
    /// <summary>The languages there are sentences in: <c>fi</c>, <c>sv</c>, <c>en</c>.</summary>
    public static System.Collections.Immutable.ImmutableArray<string> Languages { get; } = ["fi", "sv", "en"];

    /// <summary>Why a project is funded or not.</summary>
    /// <param name="explanation">The explanation of the project.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <exception cref="ArgumentException">There are no sentences in this language.</exception>
    public static string Of(ProjectExplanation explanation, string language)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        Words words = Words.In(language);
        ProjectOutcome outcome = explanation.Outcome;
        string text = outcome.Reason switch
        {
            OutcomeReason.Funded when explanation.Round is int round => Bought(words, explanation, round),
            OutcomeReason.Funded => words.Say(
                "Hanke rahoitetaan: se sai {0} ääntä, ja sen vuorolla rahaa oli jäljellä {1}, kun se maksaa {2}.",
                "Projektet finansieras: det fick {0} röster, och när turen kom fanns {1} kvar, medan det kostar {2}.",
                "The project is funded: it got {0} votes, and {1} was left when its turn came, while it costs {2}.",
                outcome.Supporters, outcome.MoneyBefore, outcome.Cost),
            OutcomeReason.FundedByCompletion => words.Say(
                "Hanke rahoitetaan jäljelle jääneellä rahalla: sen {0} kannattajan omat osuudet eivät riittäneet, mutta {2} mahtui jäljellä olleeseen summaan {1}.",
                "Projektet finansieras med pengarna som blev över: de {0} väljarnas egna andelar räckte inte, men kostnaden {2} rymdes i de {1} som fanns kvar.",
                "The project is funded with the money left over: the shares of its {0} supporters were not enough, but its cost of {2} fitted in the {1} that was left.",
                outcome.Supporters, outcome.MoneyBefore, outcome.Cost),
            OutcomeReason.DoesNotFit => words.Say(
                "Hanketta ei rahoiteta: se sai {0} ääntä, mutta sen vuorolla rahaa oli jäljellä {1}, ja se maksaa {2}.",
                "Projektet finansieras inte: det fick {0} röster, men när turen kom fanns {1} kvar, och det kostar {2}.",
                "The project is not funded: it got {0} votes, but {1} was left when its turn came, and it costs {2}.",
                outcome.Supporters, outcome.MoneyBefore, outcome.Cost),
            OutcomeReason.SupportersOutOfMoney when explanation.SupportersMoney is Rational money => words.Say(
                "Hanketta ei rahoiteta: sen {0} kannattajalla oli yhteensä jäljellä enää {1}, ja se maksaa {2}. Muun osan he olivat jo käyttäneet muihin hankkeisiin, joita he myös äänestivät, tai sitä ei ollutkaan.",
                "Projektet finansieras inte: dess {0} väljare hade tillsammans bara {1} kvar, och det kostar {2}. Resten hade de redan använt till andra projekt som de också röstade på, eller så fanns det inte.",
                "The project is not funded: its {0} supporters together had only {1} left, and it costs {2}. The rest of their shares they had already used for other projects they voted for, or there never was enough.",
                outcome.Supporters, money, outcome.Cost),
            OutcomeReason.SupportersOutOfMoney => words.Say(
                "Hanketta ei rahoiteta: kukaan ei voinut maksaa sitä omasta osuudestaan.",
                "Projektet finansieras inte: ingen kunde betala det ur sin egen andel.",
                "The project is not funded: nobody could pay for it from their share."),
            OutcomeReason.NotEligible => words.Say(
                "Hanke ei ollut mukana laskennassa: sen {0} ääntä ei riittänyt.",
                "Projektet var inte med i räkningen: dess {0} röster räckte inte.",
                "The project did not take part in the count: its {0} votes were not enough.",
                outcome.Supporters),
            OutcomeReason.Excluded => words.Say(
                "Hanketta ei rahoiteta: hanke {0} valittiin ensin, eikä molempia voi toteuttaa.",
                "Projektet finansieras inte: projekt {0} valdes först, och båda kan inte genomföras.",
                "The project is not funded: project {0} was chosen first, and both cannot be carried out.",
                outcome.ExcludedBy ?? ""),
            OutcomeReason.CategoryFull => words.Say(
                "Hanketta ei rahoiteta: sen ryhmän enimmäissumma olisi ylittynyt.",
                "Projektet finansieras inte: taket för dess grupp skulle ha överskridits.",
                "The project is not funded: the ceiling of its group would have been exceeded."),
            OutcomeReason.NotInPreferredOutcome => words.Say(
                "Hanketta ei rahoiteta: useampi äänestäjä piti parempana tulosta, jossa sitä ei ole.",
                "Projektet finansieras inte: fler väljare föredrog ett resultat där det inte ingår.",
                "The project is not funded: more voters preferred an outcome without it."),
            _ => words.Say(
                "Hanketta ei rahoiteta: laskenta päättyi ennen sen vuoroa.",
                "Projektet finansieras inte: räkningen slutade innan turen kom till det.",
                "The project is not funded: the count ended before its turn came."),
        };
        return text + WhatIf(words, explanation);
    }

    /// <summary>What can be said of the whole: how many voters got at least one of their projects.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <exception cref="ArgumentException">There are no sentences in this language.</exception>
    public static string Of(Explanation explanation, string language)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        Words words = Words.In(language);
        long all = explanation.Voters.Sum(share => share.Voters);
        string text = words.Say(
            "{0} hanketta rahoitetaan, yhteensä {1}; {2} jää käyttämättä. {3} äänestäjää {4}:stä saa ainakin yhden valitsemansa hankkeen.",
            "{0} projekt finansieras, sammanlagt {1}; {2} blir oanvänt. {3} av {4} väljare får minst ett projekt som de valde.",
            "{0} projects are funded, for {1} in all; {2} is left unused. {3} of {4} voters get at least one project they chose.",
            explanation.Result.Winners.Length, explanation.Result.Cost, explanation.Result.MoneyLeft,
            explanation.Voters.Where(share => share.Funded > 0).Sum(share => share.Voters), all);
        return explanation.Result.PerVoter is not Rational perVoter || explanation.Result.Purchases.IsEmpty ? text : text + words.Say(
            " Jokaisella äänestäjällä oli käytettävänään laskennallisesti {0}.",
            " Varje väljare hade i räkningen {0} att använda.",
            " In the count every voter had {0} to use.", perVoter);
    }

    private static string Bought(Words words, ProjectExplanation explanation, int round)
    {
        ProjectOutcome outcome = explanation.Outcome;
        string text = words.Say(
            "Hanke rahoitetaan, ja se valittiin {0}. hankkeena: sen {1} kannattajaa maksoivat sen hinnan {2} omista osuuksistaan, kukin enintään {3}.",
            "Projektet finansieras och valdes som nummer {0}: dess {1} väljare betalade kostnaden {2} ur sina egna andelar, var och en högst {3}.",
            "The project is funded, and was chosen as number {0}: its {1} supporters paid its cost of {2} from their own shares, each at most {3}.",
            round, outcome.Supporters, outcome.Cost, explanation.LargestPayment!.Value);
        return explanation.OutOfMoney is not > 0 ? text : text + words.Say(
            " Heistä {0} oli jo käyttänyt osuuttaan muihin hankkeisiin ja maksoi vain sen, mitä oli jäljellä.",
            " Av dem hade {0} redan använt av sin andel till andra projekt och betalade bara det som fanns kvar.",
            " Of them {0} had already used some of their share for other projects and paid only what they had left.",
            explanation.OutOfMoney.Value);
    }

    private static string WhatIf(Words words, ProjectExplanation explanation)
    {
        string text = "";
        if (explanation.FurtherVoters is long voters)
        {
            text += words.Say(
                " Se olisi rahoitettu, jos pelkästään sitä äänestäneitä olisi ollut {0} enemmän",
                " Det hade finansierats om de som röstade bara på det hade varit {0} fler",
                " It would have been funded had those who voted for it alone been {0} more",
                voters);
            text += explanation.FurtherChoices is not long choices ? "." : words.Say(
                " tai jos sen muiden valintojensa ohella valinneita olisi ollut {0} enemmän.",
                " eller om de som valde det vid sidan av sina andra val hade varit {0} fler.",
                " or had those who chose it beside their other choices been {0} more.",
                choices);
        }

        return explanation.HighestCost is Rational cost && cost.Sign > 0
            ? text + words.Say(
                " Näillä äänillä se olisi rahoitettu, jos se olisi maksanut enintään {0}.",
                " Med dessa röster hade det finansierats om det hade kostat högst {0}.",
                " With these votes it would have been funded had it cost at most {0}.",
                cost)
            : text;
    }

    /// <summary>One of three wordings, with numbers written as in its language.</summary>
    private sealed record Words(int Language, NumberFormatInfo Format)
    {
        public static Words In(string language) => language switch
        {
            "fi" => new(0, new NumberFormatInfo { NumberGroupSeparator = "\u00A0", NumberDecimalSeparator = "," }),
            "sv" => new(1, new NumberFormatInfo { NumberGroupSeparator = "\u00A0", NumberDecimalSeparator = "," }),
            "en" => new(2, new NumberFormatInfo { NumberGroupSeparator = ",", NumberDecimalSeparator = "." }),
            _ => throw new ArgumentException($"There are no sentences in the language '{language}'.", nameof(language)),
        };

        public string Say(string fi, string sv, string en, params object[] values)
        {
            string text = Language == 0 ? fi : Language == 1 ? sv : en;
            return string.Format(CultureInfo.InvariantCulture, text, [.. values.Select(value => value switch
            {
                Rational amount => Amount(amount),
                int number => number.ToString("N0", Format),
                long number => number.ToString("N0", Format),
                _ => value,
            })]);
        }

        private string Amount(Rational amount)
        {
            Rational hundredths = ((amount * 100) + new Rational(1, 2)).Floor();
            decimal rounded = (decimal)hundredths.Numerator / 100;
            return rounded.ToString(rounded == decimal.Truncate(rounded) ? "N0" : "N2", Format);
        }
    }
}
