using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Budgeting.Benchmarks;

/// <summary>
/// One connection that sends a request and waits for its answer, over and over, keeping cookies. It reads what a load needs of HTTP/1.1 and
/// nothing more, since client and server share the processors that are measured.
/// </summary>
internal sealed class HttpConnection(IPEndPoint server) : IDisposable
{
    private static readonly byte[] HeaderEnd = "\r\n\r\n"u8.ToArray();

    private readonly Dictionary<string, string> _cookies = [];
    private readonly ArrayBufferWriter<byte> _request = new(4_096);
    private byte[] _buffer = new byte[64 * 1_024];
    private Socket? _socket;

    public Task<HttpAnswer> SendAsync(string method, string path, string? form = null)
    {
        Write(_request, server, method, path, _cookies, form);
        return SendAsync(_request.WrittenMemory);
    }

    /// <summary>Sends a request written before; its cookies are its own.</summary>
    public async Task<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request)
    {
        if (_socket is null)
        {
            _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _socket.ConnectAsync(server);
        }
        await _socket.SendAsync(request);
        var (read, head) = (0, -1);
        while (head < 0)
        {
            read += await ReadAsync(read);
            head = _buffer.AsSpan(0, read).IndexOf(HeaderEnd);
        }
        var answer = ReadHead(head);
        var body = head + HeaderEnd.Length;
        if (answer.Length is { } length)
        {
            while (read < body + length)
                read += await ReadAsync(read);
            return answer with { Body = Encoding.UTF8.GetString(_buffer, body, length) };
        }
        // Chunks, whose end is the empty one; the pages are read for their form tokens only.
        while (!_buffer.AsSpan(0, read).EndsWith("0\r\n\r\n"u8))
            read += await ReadAsync(read);
        return answer with { Body = Encoding.UTF8.GetString(_buffer, body, read - body) };
    }

    /// <summary>The value of a cookie that the server has set.</summary>
    public string Cookie(string name) => _cookies[name];

    /// <summary>Carries a cookie as if the server had set it.</summary>
    public void Carry(string name, string value) => _cookies[name] = value;

    /// <summary>Forgets every cookie but one: another person takes the place of the last.</summary>
    public void ForgetAllBut(string name)
    {
        foreach (var other in _cookies.Keys.Where(cookie => cookie != name).ToList())
            _cookies.Remove(other);
    }

    public void Dispose() => _socket?.Dispose();

    /// <summary>Writes a request.</summary>
    public static void Write(
        ArrayBufferWriter<byte> request, IPEndPoint server, string method, string path, IReadOnlyDictionary<string, string> cookies, string? form)
    {
        request.ResetWrittenCount();
        var head = new StringBuilder(512).Append(method).Append(' ').Append(path).Append(" HTTP/1.1\r\nHost: ").Append(server).Append("\r\nAccept-Language: fi\r\nSec-Fetch-Site: same-origin\r\n");
        if (cookies.Count > 0)
            head.Append("Cookie: ").AppendJoin("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")).Append("\r\n");
        if (form is not null)
            head.Append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ").Append(Encoding.UTF8.GetByteCount(form)).Append("\r\n");
        Encoding.UTF8.GetBytes(head.Append("\r\n").Append(form).ToString(), request);
    }

    private async Task<int> ReadAsync(int at)
    {
        if (at == _buffer.Length)
            Array.Resize(ref _buffer, 2 * at);
        var read = await _socket!.ReceiveAsync(_buffer.AsMemory(at));
        return read > 0 ? read : throw new IOException("The server closed the connection.");
    }

    private HttpAnswer ReadHead(int length)
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, length);
        Utf8Parser.TryParse(head[9..12], out int status, out _);
        string? location = null;
        var contentLength = status is 204 or 304 ? 0 : -1;
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            head = head[(end + 2)..];
            var line = head.IndexOf("\r\n"u8) is >= 0 and var next ? head[..next] : head;
            if (line.StartsWith("Content-Length: "u8))
                Utf8Parser.TryParse(line[16..], out contentLength, out _);
            else if (line.StartsWith("Location: "u8))
                location = Encoding.ASCII.GetString(line[10..]);
            else if (line.StartsWith("Set-Cookie: "u8))
                Keep(Encoding.ASCII.GetString(line[12..(line.IndexOf((byte)';') is >= 0 and var pair ? pair : line.Length)]));
        }
        return new(status, location, contentLength < 0 ? null : contentLength, "");
    }

    private void Keep(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (pair.Length == equals + 1)
            _cookies.Remove(pair[..equals]);
        else
            _cookies[pair[..equals]] = pair[(equals + 1)..];
    }
}

/// <summary>What a request was answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Location">Where a redirect leads.</param>
/// <param name="Length">The body's length in bytes; null when it came in chunks.</param>
/// <param name="Body">The body.</param>
internal sealed record HttpAnswer(int Status, string? Location, int? Length, string Body);
