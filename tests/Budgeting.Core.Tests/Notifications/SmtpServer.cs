using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Budgeting.Core.Tests.Notifications;

/// <summary>A mail that has arrived.</summary>
public sealed record ReceivedMail(string From, string To, string Data)
{
    /// <summary>The text, decoded.</summary>
    public string Text
    {
        get
        {
            var split = Data.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var (head, body) = (Data[..split], Data[(split + 4)..]);
            if (head.Contains("base64", StringComparison.OrdinalIgnoreCase))
                return Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", "")));
            return head.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase) ? Unquoted(body) : body;
        }
    }

    /// <summary>The subject, decoded.</summary>
    public string Subject => Regex.Replace(Header("Subject"), @"=\?utf-8\?(?<kind>[BQ])\?(?<text>[^?]*)\?=\s*", part =>
        part.Groups["kind"].Value.Equals("B", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(Convert.FromBase64String(part.Groups["text"].Value))
        : Unquoted(part.Groups["text"].Value.Replace('_', ' ')), RegexOptions.IgnoreCase);

    /// <summary>A header, its lines put together; empty when there is none.</summary>
    public string Header(string name)
    {
        var head = Data[..Data.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        return Regex.Match(head, $@"^{name}:\s*(?<value>[^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", RegexOptions.Multiline | RegexOptions.IgnoreCase).Groups["value"].Value
            .Replace("\r\n", "", StringComparison.Ordinal).Trim();
    }

    /// <summary>The link to sign in with that the text holds, without the site's address.</summary>
    public string Link => new Uri(Regex.Match(Text, @"https?://\S+").Value).PathAndQuery;

    private static string Unquoted(string text)
    {
        List<byte> bytes = [];
        text = text.Replace("=\r\n", "");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
                bytes.Add((byte)text[i]);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}

/// <summary>A mail server on a port of its own, which keeps what it is sent. It can be told to fail, for now or for good.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<ReceivedMail> _mails = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;
    private int _connections;

    public SmtpServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it answers to every recipient instead of taking the mail: <c>451 later</c>, <c>550 nobody</c>.</summary>
    public string? Refusal { get; set; }

    /// <summary>The only recipient it answers so; null for every one.</summary>
    public string? RefusedTo { get; set; }

    /// <summary>Awaited when a recipient is named, before the answer: a server that takes its time.</summary>
    public Func<string, Task>? Arriving { get; set; }

    public int Connections => _connections;

    public IReadOnlyList<ReceivedMail> Mails => [.. _mails];

    public IReadOnlyList<KeyValuePair<string, string?>> Settings =>
    [
        new("Mail:Host", "127.0.0.1"), new("Mail:Port", $"{Port}"), new("Mail:Tls", "false"), new("Mail:From", "palvelu@example.org"), new("Mail:FromName", "Osallistuva budjetointi"),
    ];

    /// <summary>Waits for the next mail to somebody after so many; of those that hold some words, where notices come between.</summary>
    public async Task<ReceivedMail> WaitAsync(string to, int after = 0, string words = "")
    {
        for (var i = 0; i < 300; i++)
        {
            if (_mails.Where(mail => mail.To == to && mail.Text.Contains(words, StringComparison.Ordinal)).Skip(after).FirstOrDefault() is { } mail)
                return mail;
            await Task.Delay(50);
        }
        throw new TimeoutException($"No mail came to {to}; to: {string.Join(", ", _mails.Select(mail => mail.To))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _serving;
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                _ = AnswerAsync(client);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test");
            string from = "", to = "";
            while (await reader.ReadLineAsync(_stopping.Token) is { } line)
            {
                var word = line.Split(' ', ':')[0].ToUpperInvariant();
                switch (word)
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-test\r\n250-8BITMIME\r\n250 SMTPUTF8");
                        break;
                    case "MAIL":
                        from = Address(line);
                        await writer.WriteLineAsync("250 ok");
                        break;
                    case "RCPT":
                        to = Address(line);
                        if (Arriving is { } arriving)
                            await arriving(to);
                        await writer.WriteLineAsync((RefusedTo is null || RefusedTo == to ? Refusal : null) ?? "250 ok");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var data = new StringBuilder();
                        while (await reader.ReadLineAsync(_stopping.Token) is { } part && part != ".")
                            data.Append(part.StartsWith("..", StringComparison.Ordinal) ? part[1..] : part).Append("\r\n");
                        _mails.Enqueue(new(from, to, data.ToString()));
                        await writer.WriteLineAsync("250 taken");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 ok");
                        break;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side has gone.
        }
    }

    private static string Address(string line) => line[(line.IndexOf('<') + 1)..line.LastIndexOf('>')];
}
