using Budgeting.Core.People;
using Budgeting.Web.Demo;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.SignIn;

/// <summary>Keeps the demonstration's accounts shut outside of the demonstration: a database that once held it keeps them, and everybody could enter them.</summary>
internal sealed class DemoGate(IOptions<DemoSignIn> demo)
{
    public bool Enabled => demo.Value.Enabled;

    public static bool IsDemo(Account account) => DemoAccounts.All.Any(known => known.Email.Equals(account.Email, StringComparison.OrdinalIgnoreCase));

    public bool Admits(Account account) => Enabled || !IsDemo(account);
}
