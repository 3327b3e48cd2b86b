using System.Globalization;
using System.Text;
using Budgeting.Core.Notifications;
using Budgeting.Core.Rounds;

namespace Budgeting.Core.Following;

/// <summary>What followers are told, in words.</summary>
internal static class NewsText
{
    /// <summary>A message.</summary>
    /// <param name="language">Its language.</param>
    /// <param name="lines">What happened, rounds together; at least one thing.</param>
    /// <param name="more">How many things more there are than said; zero or less for none.</param>
    /// <param name="choice">At once, or a digest.</param>
    /// <param name="ofRound">Whether the link at the end stops the messages of this round alone.</param>
    /// <param name="site">Where the site is.</param>
    /// <param name="stop">The page that stops messages.</param>
    public static MessageText Write(
        string language, IReadOnlyList<NewsLine> lines, int more, NewsChoice choice, bool ofRound, SiteLinks site, string stop)
    {
        var text = new StringBuilder();
        foreach (var round in lines.GroupBy(line => line.RoundId))
        {
            text.Append(round.First().RoundTitle.In(language)).Append("\n\n");
            foreach (var line in round)
                text.Append("- ").Append(Sentence(language, line)).Append('\n').Append(site.To(PathOf(line))).Append("\n\n");
        }
        if (more > 0)
            text.Append(In(language, $"Lisäksi {more} muuta: ", $"Dessutom {more} till: ", $"And {more} more: ")).Append('\n').Append(site.To("/my/following")).Append("\n\n");
        text.Append(choice switch
        {
            NewsChoice.Immediate => In(language, "Saat tämän viestin heti, kun jotain tapahtuu, koska seuraat tätä.", "Du får det här meddelandet genast när något händer eftersom du följer det här.", "You get this message as soon as something happens, because you follow this."),
            NewsChoice.Weekly => In(language, "Saat tämän koosteen kerran viikossa seuraamistasi asioista.", "Du får den här sammanfattningen en gång i veckan om det du följer.", "You get this digest once a week about what you follow."),
            _ => In(language, "Saat tämän koosteen kerran päivässä seuraamistasi asioista.", "Du får den här sammanfattningen en gång om dagen om det du följer.", "You get this digest once a day about what you follow."),
        });
        text.Append('\n').Append(In(language, "Valitse, milloin viestejä tulee:", "Välj när meddelanden kommer:", "Choose when messages come:")).Append('\n').Append(site.To("/my/following")).Append("\n\n");
        text.Append(ofRound
            ? In(language, "Lopeta viestit tästä kierroksesta (kirjautumista ei tarvita):", "Avsluta meddelandena om den här omgången (du behöver inte logga in):", "Stop messages about this round (no sign-in needed):")
            : In(language, "Lopeta nämä viestit (kirjautumista ei tarvita):", "Avsluta de här meddelandena (du behöver inte logga in):", "Stop these messages (no sign-in needed):"));
        text.Append('\n').Append(stop).Append('\n');
        var subject = lines.Count == 1 && more <= 0
            ? $"{lines[0].RoundTitle.In(language)}: {Headline(language, lines[0])}"
            : In(language, $"{lines.Count + Math.Max(more, 0)} uutista siitä, mitä seuraat", $"{lines.Count + Math.Max(more, 0)} nyheter om det du följer", $"{lines.Count + Math.Max(more, 0)} things happened in what you follow");
        return new(subject, text.ToString());
    }

    private static string Sentence(string language, NewsLine line)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(line.TimeZone);
        var sentence = $"{Headline(language, line)}. ({Moment(language, line.At, zone)})";
        return line is { Kind: NewsKind.PhaseBegan, PhaseEndsAt: { } ends, Phase: not Phase.Counting }
            ? $"{sentence} {In(language, $"Vaihe päättyy {Moment(language, ends, zone)}.", $"Skedet slutar {Moment(language, ends, zone)}.", $"It ends on {Moment(language, ends, zone)}.")}"
            : sentence;
    }

    private static string Headline(string language, NewsLine line)
    {
        // What is not public is not named.
        var named = line.Title is null
            ? In(language, $"Ehdotus numero {line.ProposalId}", $"Förslag nummer {line.ProposalId}", $"Proposal number {line.ProposalId}")
            : In(language, $"Ehdotus ”{line.Title}”", $"Förslaget ”{line.Title}”", $"The proposal “{line.Title}”");
        return line.Kind switch
        {
            NewsKind.PhaseBegan => line.Phase switch
            {
                Phase.Proposing => In(language, "Nyt voi tehdä ehdotuksia", "Nu kan man lämna förslag", "Proposals can now be made"),
                Phase.CoDeveloping => In(language, "Ehdotuksia kehitetään nyt yhdessä", "Förslagen utvecklas nu tillsammans", "Proposals are now developed together"),
                Phase.Evaluating => In(language, "Ehdotuksia arvioidaan nyt", "Förslagen bedöms nu", "Proposals are now being evaluated"),
                Phase.Voting => In(language, "Äänestys on alkanut", "Röstningen har börjat", "Voting has begun"),
                Phase.Counting => In(language, "Äänestys on päättynyt, ja ääniä lasketaan", "Röstningen har avslutats och rösterna räknas", "Voting has ended, and votes are being counted"),
                Phase.Implementing => In(language, "Toteutus on alkanut", "Genomförandet har börjat", "Implementation has begun"),
                _ => In(language, "Kierros on arkistoitu", "Omgången är arkiverad", "The round is archived"),
            },
            NewsKind.ScheduleChanged => In(language, "Aikataulu on muuttunut", "Tidtabellen har ändrats", "The schedule has changed"),
            NewsKind.ResultPublished => In(language, "Tulos on julkaistu", "Resultatet är publicerat", "The result is published"),
            NewsKind.ProposalAnswered => line.Feasible switch
            {
                true => named + In(language, " sai vastauksen: voidaan toteuttaa", " har fått svar: kan genomföras", " was answered: it can be carried out"),
                false => named + In(language, " sai vastauksen: ei voida toteuttaa", " har fått svar: kan inte genomföras", " was answered: it cannot be carried out"),
                null => named + In(language, " sai vastauksen", " har fått svar", " was answered"),
            },
            NewsKind.ProposalChanged => named + In(language, " on muuttunut", " har ändrats", " was changed"),
            NewsKind.ProposalWithdrawn => named + In(language, " on peruttu", " har dragits tillbaka", " was withdrawn"),
            NewsKind.ProposalHidden => named + In(language, " on piilotettu", " har dolts", " was hidden"),
            _ => named + In(language, " on taas näkyvissä", " visas igen", " is shown again"),
        };
    }

    private static string PathOf(NewsLine line) => line switch
    {
        { Kind: NewsKind.ResultPublished } => Path($"/rounds/{line.RoundId}/results"),
        { Kind: NewsKind.ProposalWithdrawn } or { ProposalId: null } => Path($"/rounds/{line.RoundId}"),
        _ => Path($"/proposals/{line.ProposalId}"),
    };

    private static string Path(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);

    private static string Moment(string language, DateTimeOffset instant, TimeZoneInfo zone) => MessageDates.Of(language, TimeZoneInfo.ConvertTime(instant, zone));

    private static string In(string language, string fi, string sv, string en) => new LocalizedText(fi, sv, en).In(language);
}
