using Budgeting.Core.Moderation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Budgeting.Web.Pages.Moderation;

/// <summary>What the pages of those who handle reports have in common: the form of an act.</summary>
[Authorize]
public abstract class ModeratorPage : PageModel
{
    /// <summary>What was entered.</summary>
    [BindProperty] public ActForm Input { get; set; } = new();

    /// <summary>An act.</summary>
    public sealed class ActForm
    {
        /// <summary>The proposals.</summary>
        public List<long> Proposals { get; set; } = [];

        /// <summary>What to do.</summary>
        public ModerationKind? Kind { get; set; }

        /// <summary>The kind of reason.</summary>
        public ModerationCategory? Category { get; set; }

        /// <summary>The reason.</summary>
        public string Reason { get; set; } = "";

        /// <summary>The attachment; null for the whole proposal.</summary>
        public long? AttachmentId { get; set; }

        /// <summary>What Core takes.</summary>
        public ModerationInput ToCore() => new(Kind, Category, Reason.ReplaceLineEndings("\n"), AttachmentId);
    }
}
