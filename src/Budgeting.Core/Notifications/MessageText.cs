namespace Budgeting.Core.Notifications;

/// <summary>What a message says.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The text.</param>
internal sealed record MessageText(string Subject, string Text)
{
    public static MessageText SignInLink(string language, string link, int minutes) => Of(
        language,
        new("Kirjautumislinkki", "Inloggningslänk", "Your sign-in link"),
        new(
            $"""
            Kirjaudu osallistuvaan budjetointiin tällä linkillä:

            {link}

            Linkki toimii kerran, {minutes} minuutin ajan ja vain siinä selaimessa, jossa pyysit sen.
            Jos et pyytänyt linkkiä, sinun ei tarvitse tehdä mitään. Älä lähetä linkkiä kenellekään.
            """,
            $"""
            Logga in i medborgarbudgeteringen med den här länken:

            {link}

            Länken fungerar en gång, i {minutes} minuter och bara i den webbläsare där du bad om den.
            Om du inte bad om någon länk behöver du inte göra något. Skicka inte länken till någon annan.
            """,
            $"""
            Sign in to participatory budgeting with this link:

            {link}

            The link works once, for {minutes} minutes, and only in the browser where you asked for it.
            If you did not ask for a link, you need not do anything. Do not send the link to anybody.
            """));

    public static MessageText OpenAccount(string language, string link, int minutes) => Of(
        language,
        new("Vahvista sähköpostiosoitteesi", "Bekräfta din e-postadress", "Confirm your e-mail address"),
        new(
            $"""
            Luo tilisi osallistuvaan budjetointiin tällä linkillä:

            {link}

            Linkki toimii kerran, {minutes} minuutin ajan ja vain siinä selaimessa, jossa täytit lomakkeen.
            Jos et ole luomassa tiliä, sinun ei tarvitse tehdä mitään: tiliä ei synny.
            """,
            $"""
            Skapa ditt konto i medborgarbudgeteringen med den här länken:

            {link}

            Länken fungerar en gång, i {minutes} minuter och bara i den webbläsare där du fyllde i formuläret.
            Om du inte håller på att skapa ett konto behöver du inte göra något: inget konto skapas.
            """,
            $"""
            Open your account in participatory budgeting with this link:

            {link}

            The link works once, for {minutes} minutes, and only in the browser where you filled in the form.
            If you are not opening an account, you need not do anything: no account is made.
            """));

    public static MessageText NewAddress(string language, string link, int minutes) => Of(
        language,
        new("Vahvista uusi sähköpostiosoite", "Bekräfta din nya e-postadress", "Confirm your new e-mail address"),
        new(
            $"""
            Ota tämä osoite käyttöön osallistuvan budjetoinnin tililläsi:

            {link}

            Linkki toimii kerran, {minutes} minuutin ajan ja vain siinä selaimessa, jossa vaihdoit osoitetta.
            Jos et ole vaihtamassa osoitetta, sinun ei tarvitse tehdä mitään.
            """,
            $"""
            Ta den här adressen i bruk för ditt konto i medborgarbudgeteringen:

            {link}

            Länken fungerar en gång, i {minutes} minuter och bara i den webbläsare där du bytte adress.
            Om du inte håller på att byta adress behöver du inte göra något.
            """,
            $"""
            Begin to use this address for your account in participatory budgeting:

            {link}

            The link works once, for {minutes} minutes, and only in the browser where you changed the address.
            If you are not changing your address, you need not do anything.
            """));

    public static MessageText AddressChanged(string language) => Of(
        language,
        new("Sähköpostiosoitteesi on vaihdettu", "Din e-postadress har bytts", "Your e-mail address was changed"),
        new(
            """
            Osallistuvan budjetoinnin tilisi sähköpostiosoite on vaihdettu. Tähän osoitteeseen ei enää tule viestejä.

            Jos et vaihtanut osoitetta itse, ota heti yhteyttä palvelun ylläpitoon.
            """,
            """
            E-postadressen för ditt konto i medborgarbudgeteringen har bytts. Inga fler meddelanden skickas till den här adressen.

            Om du inte själv bytte adress, kontakta genast dem som upprätthåller tjänsten.
            """,
            """
            The e-mail address of your account in participatory budgeting was changed. No more messages come to this address.

            If you did not change it yourself, get in touch with those who run the service at once.
            """));

    public static MessageText PasskeyAdded(string language) => SignInChanged(language, new(
        "Tilillesi on lisätty pääsyavain.", "En inloggningsnyckel har lagts till i ditt konto.", "A passkey was added to your account."));

    public static MessageText PasskeyRemoved(string language) => SignInChanged(language, new(
        "Tililtäsi on poistettu pääsyavain.", "En inloggningsnyckel har tagits bort från ditt konto.", "A passkey was removed from your account."));

    public static MessageText RecoveryCodesRenewed(string language) => SignInChanged(language, new(
        "Tilillesi on tehty uudet palautuskoodit. Vanhat eivät enää toimi.", "Nya återställningskoder har skapats för ditt konto. De gamla fungerar inte längre.",
        "New recovery codes were made for your account. The old ones no longer work."));

    public static MessageText RecoveryCodeUsed(string language) => SignInChanged(language, new(
        "Tilillesi on kirjauduttu palautuskoodilla.", "Någon har loggat in på ditt konto med en återställningskod.", "Your account was signed in to with a recovery code."));

    public static MessageText IdentityLinked(string language) => SignInChanged(language, new(
        "Tiliisi on yhdistetty tunnistautuminen.", "En identifiering har kopplats till ditt konto.", "An e-identification was linked to your account."));

    public static MessageText IdentityUnlinked(string language) => SignInChanged(language, new(
        "Tunnistautuminen on poistettu tililtäsi.", "En identifiering har tagits bort från ditt konto.", "An e-identification was removed from your account."));

    public static MessageText LinkedAtDesk(string language, LocalizedText round) => EntryLink(language, round, new(
        "Virkailija on tarkistanut henkilöllisyystodistuksen ja yhdistänyt äänioikeuden tähän tiliin. Voit nyt äänestää kirjautumalla sisään.",
        "En valfunktionär har kontrollerat en identitetshandling och kopplat rösträtten till det här kontot. Du kan nu rösta genom att logga in.",
        "A clerk has checked an identity document and linked the right to vote to this account. You can now vote by signing in."));

    public static MessageText DisputeDecided(string language, LocalizedText round, bool linked, string reason) => EntryLink(language, round, linked
        ? new($"Äänioikeus on yhdistetty tähän tiliin.\n\nPerustelu: {reason}", $"Rösträtten är kopplad till det här kontot.\n\nMotivering: {reason}", $"The right to vote is linked to this account.\n\nReason: {reason}")
        : new($"Äänioikeus on yhdistetty toiseen tiliin. Tällä tilillä et voi äänestää tässä kierroksessa.\n\nPerustelu: {reason}",
            $"Rösträtten är kopplad till ett annat konto. Med det här kontot kan du inte rösta i omgången.\n\nMotivering: {reason}",
            $"The right to vote is linked to another account. You cannot vote in this round by this account.\n\nReason: {reason}"));

    private static MessageText EntryLink(string language, LocalizedText round, LocalizedText what) => Of(
        language,
        new("Äänioikeutesi", "Din rösträtt", "Your right to vote"),
        new(
            $"""
            Kierros: {round.In("fi")}

            {what.In("fi")}

            Jos tämä ei ole oikein, ota yhteyttä kierroksen järjestäjään.
            """,
            $"""
            Omgång: {round.In("sv")}

            {what.In("sv")}

            Om det här inte stämmer, kontakta omgångens arrangör.
            """,
            $"""
            Round: {round.In("en")}

            {what.In("en")}

            If this is not right, get in touch with the organiser of the round.
            """));

    public static MessageText AccountUnused(string language, string link, int days) => Of(
        language,
        new("Tilisi poistetaan, ellet kirjaudu sisään", "Ditt konto raderas om du inte loggar in", "Your account will be deleted unless you sign in"),
        new(
            $"""
            Et ole kirjautunut osallistuvaan budjetointiin pitkään aikaan. Poistamme tilisi {days} päivän kuluttua.

            Jos haluat säilyttää tilin, kirjaudu sisään ennen sitä:

            {link}

            Jos et tarvitse tiliä, sinun ei tarvitse tehdä mitään. Julkiset ehdotuksesi jäävät ilman nimeäsi.
            """,
            $"""
            Du har inte loggat in i medborgarbudgeteringen på länge. Vi raderar ditt konto om {days} dagar.

            Vill du behålla kontot, logga in före det:

            {link}

            Behöver du inte kontot behöver du inte göra något. Dina offentliga förslag blir kvar utan ditt namn.
            """,
            $"""
            You have not signed in to participatory budgeting for a long time. We will delete your account in {days} days.

            If you want to keep the account, sign in before that:

            {link}

            If you do not need the account, you need not do anything. Your public proposals stay without your name.
            """));

    private static MessageText SignInChanged(string language, LocalizedText what) => Of(
        language,
        new("Tilisi kirjautumistavat", "Inloggning på ditt konto", "How your account is signed in to"),
        new(
            $"""
            {what.In("fi")}

            Jos et tehnyt tätä itse, kirjaudu sisään, lopeta muut kirjautumiset sivulla Omat tiedot ja ota yhteyttä palvelun ylläpitoon.
            """,
            $"""
            {what.In("sv")}

            Om det inte var du, logga in, avsluta övriga inloggningar på sidan Mina uppgifter och kontakta dem som upprätthåller tjänsten.
            """,
            $"""
            {what.In("en")}

            If it was not you, sign in, end the other sign-ins on the page My details, and get in touch with those who run the service.
            """));

    private static MessageText Of(string language, LocalizedText subject, LocalizedText text) => new(subject.In(language), text.In(language));
}
