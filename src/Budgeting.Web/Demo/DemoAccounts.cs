using Budgeting.Core.People;

namespace Budgeting.Web.Demo;

/// <summary>An account that exists only in the demonstration, so that a newcomer can try every role.</summary>
/// <param name="Key">What the demonstration's proposals call their author, and the name before the @.</param>
/// <param name="DisplayName">Shown with what they write.</param>
/// <param name="Role">The role held, besides that of a resident.</param>
/// <param name="Region">The slug of the region where the role is held.</param>
/// <param name="HomeRegion">The slug of the region they live in.</param>
public sealed record DemoAccount(string Key, string DisplayName, Role Role, string Region, string HomeRegion)
{
    /// <summary>The address to sign in with.</summary>
    public string Email => $"{Key}@demo.example";
}

/// <summary>The demonstration's accounts. Anybody enters them by a button: never enable the demonstration where anything counts.</summary>
public static class DemoAccounts
{
    /// <summary>One for each role, two where an act takes two, and a few residents.</summary>
    public static readonly IReadOnlyList<DemoAccount> All =
    [
        new("asukas", "Asukas Runosmäestä", Role.Resident, "runosmaki", "runosmaki"),
        new("boende", "Boende i Pargas", Role.Resident, "parainen", "parainen"),
        new("nuori", "Nuori Salosta", Role.Resident, "salo", "salo"),
        new("yrittaja", "Yrittäjä Nauvosta", Role.Resident, "nauvo", "nauvo"),
        new("koordinaattori", "Osallisuuskoordinaattori", Role.Coordinator, "varsinais-suomi", "turku"),
        new("koordinaattori2", "Toinen osallisuuskoordinaattori", Role.Coordinator, "varsinais-suomi", "kaarina"),
        new("valmistelija", "Valmistelija", Role.Evaluator, "varsinais-suomi", "turku"),
        new("talous", "Talousvastaava", Role.FinanceOfficer, "varsinais-suomi", "kaarina"),
        new("talous2", "Toinen talousvastaava", Role.FinanceOfficer, "varsinais-suomi", "turku"),
        new("virkailija", "Äänestysvirkailija", Role.Clerk, "varsinais-suomi", "salo"),
        new("valtuutettu", "Valtuutettu", Role.CouncilMember, "varsinais-suomi", "turku"),
        new("paakayttaja", "Pääkäyttäjä", Role.Administrator, "varsinais-suomi", "turku"),
    ];
}
