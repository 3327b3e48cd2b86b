using Budgeting.Core.Confirmations;

namespace Budgeting.Web.Pages.Confirmations;

/// <summary>How requests for a second official are shown.</summary>
public static class ConfirmationWords
{
    /// <summary>The kind of label for a state.</summary>
    public static string KindOf(ConfirmationState state) => state switch
    {
        ConfirmationState.Waiting => "alert",
        ConfirmationState.Confirmed => "success",
        ConfirmationState.Declined => "error",
        _ => "neutral",
    };
}
