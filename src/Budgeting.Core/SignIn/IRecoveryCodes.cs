namespace Budgeting.Core.SignIn;

/// <summary>Codes to keep on paper, for the day when nothing else opens the account. Each works once; only hashes are kept.</summary>
public interface IRecoveryCodes
{
    /// <summary>Makes ten new codes for one's own account; those from before no longer work.</summary>
    /// <returns>The codes, to be shown this once, or as <see cref="IPasskeys.CheckChangeAsync"/>.</returns>
    Task<Outcome<IReadOnlyList<string>>> RenewAsync(Actor actor, string language, CancellationToken cancellation);

    /// <summary>Uses a code.</summary>
    /// <param name="email">The account's address.</param>
    /// <param name="code">The code, however typed.</param>
    /// <param name="from">The network address the attempt comes from.</param>
    /// <param name="language">The language of the notice that goes to the account's address.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The account it opens, or <c>SignIn.CodeWrong</c>, whether the address or the code is wrong, or <c>Attempts.TooMany</c> (minutes).</returns>
    Task<Outcome<long>> UseAsync(string email, string code, string from, string language, CancellationToken cancellation);
}
