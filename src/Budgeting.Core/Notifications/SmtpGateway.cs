using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace Budgeting.Core.Notifications;

/// <summary>Sends e-mail by an SMTP server.</summary>
internal sealed class SmtpGateway(IOptions<MailOptions> options) : IMessageGateway
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public MessageChannel Channel => MessageChannel.Email;

    public async Task SendAsync(Message message, CancellationToken cancellation)
    {
        var mail = options.Value;
        using var client = new SmtpClient(mail.Host, mail.Port) { EnableSsl = mail.Tls, DeliveryFormat = SmtpDeliveryFormat.International };
        if (!string.IsNullOrEmpty(mail.UserName))
            client.Credentials = new NetworkCredential(mail.UserName, mail.Password);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var from = new MailAddress(mail.From!, mail.FromName, Encoding.UTF8);
            using var letter = new MailMessage(from, new MailAddress(message.To))
            {
                Subject = message.Subject, SubjectEncoding = Encoding.UTF8, Body = message.Text, BodyEncoding = Encoding.UTF8,
            };
            // The same at every attempt, so that mailboxes can leave out a second copy; and nobody's absence notice answers it.
            letter.Headers.Add("Message-ID", $"<{message.Id}@{from.Host}>");
            letter.Headers.Add("Auto-Submitted", "auto-generated");
            if (message.Unsubscribe is { } unsubscribe)
            {
                letter.Headers.Add("List-Unsubscribe", $"<{unsubscribe.AbsoluteUri}>");
                letter.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
            await client.SendMailAsync(letter, patience.Token);
        }
        catch (SmtpException fault) when (IsFinal(fault.StatusCode))
        {
            throw new MessageRefusedException($"SMTP {fault.StatusCode}", fault);
        }
        catch (FormatException fault)
        {
            throw new MessageRefusedException("SMTP address", fault);
        }
        catch (SmtpException fault)
        {
            throw new MessageDelayedException($"SMTP {fault.StatusCode}", fault);
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new MessageDelayedException($"SMTP {fault.GetType().Name}", fault);
        }
    }

    // A mailbox that is not there will not be there in a minute.
    private static bool IsFinal(SmtpStatusCode status) => status is SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed
        or SmtpStatusCode.UserNotLocalTryAlternatePath or SmtpStatusCode.TransactionFailed;
}
