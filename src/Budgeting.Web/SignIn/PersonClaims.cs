using System.Security.Claims;
using Budgeting.Core.People;
using Budgeting.Web.Shell;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Budgeting.Web.SignIn;

/// <summary>
/// What the sign-in cookie says of a person: their id, the name they are shown by and the roles they hold somewhere. Roles in it
/// decide which links are shown and nothing else; they are read anew whenever the cookie is checked against the account.
/// </summary>
internal sealed class PersonClaims(UserManager<Account> accounts, IOptions<IdentityOptions> options, IAuthority authority)
    : UserClaimsPrincipalFactory<Account>(accounts, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Account account)
    {
        var identity = await base.GenerateClaimsAsync(account);
        identity.AddClaim(new(SignedInPeople.NameClaim, account.DisplayName));
        foreach (var role in (await authority.RolesOfAsync(account.Id, CancellationToken.None)).Select(held => held.Role).Distinct())
            identity.AddClaim(new(SignedInPeople.RoleClaim, role.ToString()));
        return identity;
    }
}
