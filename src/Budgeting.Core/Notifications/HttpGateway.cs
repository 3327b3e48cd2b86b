using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Budgeting.Core.Notifications;

/// <summary>
/// Sends messages by a provider: a POST of <c>{"id","channel","from","to","subject","text","listUnsubscribe"}</c> with a bearer token. Any answer of 200 to 299 means
/// taken; 408, 425, 429 and those from 500 mean later; others, never.
/// </summary>
internal sealed class HttpGateway(HttpClient client, MessageChannel channel, Uri address, string? token, string? from) : IMessageGateway
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public MessageChannel Channel => channel;

    public async Task SendAsync(Message message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        if (!string.IsNullOrEmpty(token))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", message.Id);
        request.Content = JsonContent.Create(new
        {
            message.Id, Channel = channel == MessageChannel.Sms ? "sms" : "email", From = from, message.To, message.Subject, message.Text, ListUnsubscribe = message.Unsubscribe?.AbsoluteUri,
        });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, patience.Token);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new MessageDelayedException($"HTTP {fault.GetType().Name}", fault);
        }
        using (answer)
        {
            var status = (int)answer.StatusCode;
            if (answer.IsSuccessStatusCode)
                return;
            if (status >= 500 || answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || status == 425)
                throw new MessageDelayedException($"HTTP {status}");
            throw new MessageRefusedException($"HTTP {status}");
        }
    }
}
