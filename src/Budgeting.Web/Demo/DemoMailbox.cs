using System.Collections.Concurrent;
using Budgeting.Core.Notifications;

namespace Budgeting.Web.Demo;

/// <summary>Takes the e-mail of a demonstration that has no mail server, so that it can be read on a page. Kept in memory, the last few only.</summary>
public sealed class DemoMailbox(TimeProvider time) : IMessageGateway
{
    private const int Most = 30;

    private readonly ConcurrentQueue<DemoMail> _mails = [];

    /// <inheritdoc/>
    public MessageChannel Channel => MessageChannel.Email;

    /// <summary>What has come, newest first.</summary>
    public IReadOnlyList<DemoMail> Mails => [.. _mails.Reverse()];

    /// <inheritdoc/>
    public Task SendAsync(Message message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        _mails.Enqueue(new(message.To, message.Subject, message.Text, time.GetUtcNow()));
        while (_mails.Count > Most)
            _mails.TryDequeue(out _);
        return Task.CompletedTask;
    }
}

/// <summary>An e-mail of the demonstration.</summary>
/// <param name="To">To whom.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The text.</param>
/// <param name="At">When it came.</param>
public sealed record DemoMail(string To, string Subject, string Text, DateTimeOffset At);
