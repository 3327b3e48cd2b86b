using Budgeting.Core.Notifications;

namespace Budgeting.Core.Invitations;

/// <summary>What invitations and reminders say. Text messages say the same in a few words.</summary>
internal static class InvitationText
{
    /// <summary>An invitation.</summary>
    /// <param name="language">The entry's language.</param>
    /// <param name="title">The round.</param>
    /// <param name="link">Where one votes.</param>
    /// <param name="code">The voting code; null where it came, or comes, by another way.</param>
    /// <param name="closes">When voting closes, on the region's clocks.</param>
    /// <param name="opens">When it opens; null when it is open.</param>
    public static MessageText Invitation(string language, LocalizedText title, string link, string? code, DateTimeOffset closes, DateTimeOffset? opens)
    {
        var (from, until) = (opens is { } at ? MessageDates.Of(language, at) : null, MessageDates.Of(language, closes));
        return new(
            new LocalizedText("Äänestä, mihin rahaa käytetään", "Rösta om vad pengarna används till", "Vote on how money is used").In(language),
            new LocalizedText(
                $"""
                Voit äänestää: {title.In("fi")}

                {(from is null ? "" : $"Äänestys alkaa {from}.\n")}Äänestys päättyy {until}.

                Äänestä täällä: {link}
                {(code is null ? "\nJos olet saanut kirjeen, äänestä sen koodilla. Ilman koodia voit pyytää apua äänestysvirkailijalta." : $"\nKoodisi: {code}\n\nSe, jolla on koodi, voi äänestää puolestasi. Älä anna sitä muille.")}

                Osoitteesi saatiin äänioikeusrekisteristä tätä viestiä varten, eikä sitä käytetä muuhun.
                """,
                $"""
                Du kan rösta: {title.In("sv")}

                {(from is null ? "" : $"Omröstningen börjar {from}.\n")}Omröstningen slutar {until}.

                Rösta här: {link}
                {(code is null ? "\nHar du fått ett brev, rösta med koden i det. Utan kod kan du be en valfunktionär om hjälp." : $"\nDin kod: {code}\n\nDen som har koden kan rösta i ditt ställe. Ge den inte till andra.")}

                Din adress kommer från röstlängden för det här meddelandet och används inte till något annat.
                """,
                $"""
                You can vote: {title.In("en")}

                {(from is null ? "" : $"Voting opens {from}.\n")}Voting closes {until}.

                Vote here: {link}
                {(code is null ? "\nIf you have got a letter, vote by its code. Without a code, ask a clerk for help." : $"\nYour code: {code}\n\nWhoever has the code can vote in your place. Give it to nobody.")}

                Your address came from the register of voters for this message and is used for nothing else.
                """).In(language));
    }

    /// <summary>A reminder. It goes to those who have voted as well, and carries no code.</summary>
    public static MessageText Reminder(string language, LocalizedText title, string link, DateTimeOffset closes)
    {
        var until = MessageDates.Of(language, closes);
        return new(
            new LocalizedText("Muistutus: äänestys on käynnissä", "Påminnelse: omröstningen pågår", "Reminder: voting is open").In(language),
            new LocalizedText(
                $"""
                Äänestys päättyy {until}: {title.In("fi")}

                Äänestä täällä: {link}

                Tarvitset koodin, jonka sait aiemmin. Jos se on hukassa, äänestysvirkailija antaa uuden.
                Lähetämme muistutuksen kaikille, koska kukaan ei näe, kuka on äänestänyt. Jos olet jo äänestänyt, sinun ei tarvitse tehdä mitään.
                """,
                $"""
                Omröstningen slutar {until}: {title.In("sv")}

                Rösta här: {link}

                Du behöver koden som du har fått tidigare. Om den har kommit bort ger en valfunktionär en ny.
                Vi skickar påminnelsen till alla, för ingen ser vem som har röstat. Om du redan har röstat behöver du inte göra något.
                """,
                $"""
                Voting closes {until}: {title.In("en")}

                Vote here: {link}

                You need the code that you got before. If you have lost it, a clerk gives you another.
                We remind everybody, because nobody sees who has voted. If you have voted already, you need not do anything.
                """).In(language));
    }

    /// <summary>An invitation or, without code and opening, a reminder as a text message.</summary>
    /// <param name="language">The entry's language.</param>
    /// <param name="title">The round.</param>
    /// <param name="link">Where one votes.</param>
    /// <param name="code">The voting code; null where it came, or comes, by another way.</param>
    /// <param name="closes">When voting closes, on the region's clocks.</param>
    /// <param name="opens">When it opens; null when it is open.</param>
    /// <param name="reminder">Whether they were invited before.</param>
    public static MessageText Sms(string language, LocalizedText title, string link, string? code, DateTimeOffset closes, DateTimeOffset? opens, bool reminder)
    {
        var (from, until) = (opens is { } at ? MessageDates.Of(language, at) : null, MessageDates.Of(language, closes));
        var text = new LocalizedText(
            $"{(reminder ? "Muistutus kaikille: voit äänestää" : "Voit äänestää")} {(from is null ? "" : $"{from} alkaen, ")}{until} asti: {title.In("fi")}. {(code is null ? "" : $"Koodisi: {code} ")}{link}",
            $"{(reminder ? "Påminnelse till alla: du kan rösta" : "Du kan rösta")} {(from is null ? "" : $"från {from} ")}till {until}: {title.In("sv")}. {(code is null ? "" : $"Din kod: {code} ")}{link}",
            $"{(reminder ? "A reminder to all: you can vote" : "You can vote")} {(from is null ? "" : $"from {from} ")}until {until}: {title.In("en")}. {(code is null ? "" : $"Your code: {code} ")}{link}");
        return new("", text.In(language));
    }
}
