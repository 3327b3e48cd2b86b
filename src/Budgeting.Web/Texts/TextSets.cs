namespace Budgeting.Web.Texts;

// Each class stands for three files beside this one: X.resx (English), X.fi.resx and X.sv.resx.

/// <summary>Texts of every page: navigation, phases, roles, states, buttons.</summary>
public sealed class SharedTexts;

/// <summary>A sentence for every reason of refusal, by its key in Core.</summary>
public sealed class RefusalTexts;

/// <summary>Texts of the pages that tell what went wrong.</summary>
public sealed class ErrorTexts;

/// <summary>Texts of the front page.</summary>
public sealed class HomeTexts;

/// <summary>Texts of the pages of regions.</summary>
public sealed class RegionTexts;

/// <summary>Texts of the pages of rounds.</summary>
public sealed class RoundTexts;

/// <summary>Texts of the pages of proposals.</summary>
public sealed class ProposalTexts;

/// <summary>Texts of the pages of voting.</summary>
public sealed class VotingTexts;

/// <summary>Texts of the pages of paper ballots.</summary>
public sealed class PaperTexts;

/// <summary>Texts of the pages of results.</summary>
public sealed class ResultTexts;

/// <summary>Texts of signing in and of one's own account.</summary>
public sealed class AccountTexts;

/// <summary>Texts of the pages of roles and of confirmations.</summary>
public sealed class RoleTexts;

/// <summary>Texts of stations: on their devices and at the desk.</summary>
public sealed class StationTexts;

/// <summary>Texts of the administration.</summary>
public sealed class AdminTexts;

/// <summary>Texts of reports, moderation, appeals and attachments.</summary>
public sealed class ModerationTexts;

/// <summary>Texts in plain language, in the places of others: <c>VotingTexts.Vote.How</c> is read in the place of <c>Vote.How</c> of <see cref="VotingTexts"/>.</summary>
public sealed class PlainTexts;

/// <summary>Texts of helping to vote: plain summaries, helpers, the help page.</summary>
public sealed class AssistanceTexts;

/// <summary>Texts of invitations to vote.</summary>
public sealed class InvitationTexts;

/// <summary>Texts of my pages: what I follow, my receipts, my data.</summary>
public sealed class MyTexts;
