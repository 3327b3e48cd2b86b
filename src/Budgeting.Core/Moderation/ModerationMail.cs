using System.Globalization;
using Budgeting.Core.Database;
using Budgeting.Core.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Moderation;

/// <summary>Writes to authors what was done to their proposals, why, and how to appeal: whatever they follow and however often they want to hear of that.</summary>
internal sealed class ModerationMail(BudgetingContext context, UnitOfWork work, Outbox outbox, SiteLinks site) : IModerationListener
{
    private static readonly TimeSpan Useful = TimeSpan.FromDays(7);

    public async Task ToldAsync(long authorId, ModerationActView act, CancellationToken cancellation)
    {
        if (await context.Users.AsNoTracking().FirstOrDefaultAsync(account => account.Id == authorId && account.LeftAt == null, cancellation) is { } author)
            outbox.Tell(MessageKind.Moderation, author, Write(author.Language ?? Languages.All[0], act), await work.NowAsync(cancellation), Useful);
    }

    private MessageText Write(string language, ModerationActView act)
    {
        string In(string fi, string sv, string en) => new LocalizedText(fi, sv, en).In(language);
        string Path(FormattableString path) => site.To(path.ToString(CultureInfo.InvariantCulture));
        var what = act switch
        {
            { Appeal.ActStands: true } => In("Oikaisupyyntösi on ratkaistu: päätös jää voimaan.", "Din begäran om omprövning är avgjord: beslutet står fast.", "Your appeal was decided: the decision stands."),
            { Appeal.ActStands: false } => In("Oikaisupyyntösi on ratkaistu: päätös purettiin.", "Din begäran om omprövning är avgjord: beslutet upphävdes.", "Your appeal was decided: the decision was taken back."),
            { Kind: ModerationKind.Hide, AttachmentId: not null } => In("Ehdotuksesi liite on piilotettu muilta.", "En bilaga till ditt förslag är dold för andra.", "An attachment of your proposal is hidden from others."),
            { Kind: ModerationKind.Hide } => In("Ehdotuksesi on piilotettu muilta.", "Ditt förslag är dolt för andra.", "Your proposal is hidden from others."),
            { Kind: ModerationKind.AskToChange } => In("Sinua pyydetään muuttamaan ehdotustasi.", "Du ombeds ändra ditt förslag.", "You are asked to change your proposal."),
            _ => In("Ehdotuksestasi tehtiin ilmoitus. Se on tarkastettu, ja ehdotus on näkyvissä.", "Ditt förslag anmäldes. Det har granskats och förslaget visas.", "Your proposal was reported. It was looked at, and the proposal is shown."),
        };
        List<string> lines = [$"{In("Ehdotus", "Förslag", "Proposal")}: {act.ProposalTitle}", "", what];
        if (act is { Category: { } category, Appeal: null })
            lines.Add($"{In("Syyn laji", "Typ av skäl", "Kind of reason")}: {Word(category, In)}");
        lines.AddRange(["", In("Perustelu:", "Motivering:", "Reason:"), act.Appeal?.Reason ?? act.Reason, "", Path($"/proposals/{act.ProposalId}")]);
        if (act.CanAppeal)
        {
            lines.AddRange(["", In(
                "Jos olet eri mieltä, voit pyytää oikaisua. Pyynnön ratkaisee toinen virkahenkilö kuin se, joka teki päätöksen. Pyydä oikaisua täällä:",
                "Om du är av annan åsikt kan du begära omprövning. En annan tjänsteinnehavare än den som fattade beslutet avgör begäran. Begär omprövning här:",
                "If you disagree, you can appeal. The appeal is decided by another official than the one who decided. Appeal here:"), Path($"/my/proposals/acts/{act.Id}/appeal")]);
        }
        return new(In("Päätös ehdotuksestasi", "Beslut om ditt förslag", "A decision about your proposal"), string.Join('\n', lines) + "\n");
    }

    private static string Word(ModerationCategory category, Func<string, string, string, string> of) => category switch
    {
        ModerationCategory.PersonalData => of("Henkilötietoja", "Personuppgifter", "Personal data"),
        ModerationCategory.Harassment => of("Loukkaavaa, uhkaavaa tai vihamielistä", "Kränkande, hotfullt eller hatiskt", "Insulting, threatening or hateful"),
        ModerationCategory.Illegal => of("Muuten lainvastaista", "Annars olagligt", "Otherwise against the law"),
        ModerationCategory.Advertising => of("Mainontaa", "Reklam", "Advertising"),
        ModerationCategory.Copyright => of("Toisen tekijän aineistoa ilman lupaa", "Någon annans verk utan lov", "Somebody else’s work without leave"),
        ModerationCategory.Misplaced => of("Ei ole ehdotus tälle kierrokselle", "Inte ett förslag för den här omgången", "No proposal for this round"),
        _ => of("Muu syy", "Annat skäl", "Another reason"),
    };
}
