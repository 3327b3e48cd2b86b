namespace Budgeting.Core.Notifications;

/// <summary>By which way a message leaves.</summary>
public enum MessageChannel
{
    /// <summary>E-mail.</summary>
    Email,

    /// <summary>A text message to a telephone.</summary>
    Sms,
}

/// <summary>What a message is for.</summary>
public enum MessageKind
{
    /// <summary>A link to sign in with.</summary>
    SignInLink,

    /// <summary>A link that opens an account.</summary>
    OpenAccount,

    /// <summary>A link that confirms a new address of an account.</summary>
    NewAddress,

    /// <summary>A notice to the former address that it was changed.</summary>
    AddressChanged,

    /// <summary>A notice that the ways to sign in were changed.</summary>
    SignInChanged,

    /// <summary>A notice on by which account somebody votes.</summary>
    EntryLink,

    /// <summary>A warning that an account nobody uses is going to be deleted.</summary>
    AccountUnused,

    /// <summary>What happened in something that is followed.</summary>
    News,

    /// <summary>What moderation did to somebody's proposal.</summary>
    Moderation,

    /// <summary>An invitation to vote.</summary>
    Invitation,

    /// <summary>A reminder of an invitation, to everybody who was invited.</summary>
    Reminder,
}

/// <summary>A message as it leaves.</summary>
/// <param name="Id">The message, the same at every attempt to send it.</param>
/// <param name="Channel">By which way.</param>
/// <param name="To">The address, or the telephone number with its country code.</param>
/// <param name="Subject">The subject; empty in a text message.</param>
/// <param name="Text">The text, in lines.</param>
public sealed record Message(string Id, MessageChannel Channel, string To, string Subject, string Text)
{
    /// <summary>Where one POST stops messages of this kind (RFC 8058); null for messages that are not for many.</summary>
    public Uri? Unsubscribe { get; init; }
}

/// <summary>Carries messages out of the house.</summary>
public interface IMessageGateway
{
    /// <summary>What it carries.</summary>
    MessageChannel Channel { get; }

    /// <summary>Sends a message.</summary>
    /// <exception cref="MessageRefusedException">It will never be taken: no attempt is worth repeating.</exception>
    /// <exception cref="MessageDelayedException">It was not taken now.</exception>
    Task SendAsync(Message message, CancellationToken cancellation);
}

/// <summary>A gateway will never take the message.</summary>
/// <param name="reason">Why, without address and content.</param>
/// <param name="inner">What was the fault.</param>
public sealed class MessageRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>A gateway did not take the message this time.</summary>
/// <param name="reason">Why, without address and content.</param>
/// <param name="inner">What was the fault.</param>
public sealed class MessageDelayedException(string reason, Exception? inner = null) : Exception(reason, inner);
