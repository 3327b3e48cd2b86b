using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Budgeting.Benchmarks;

/// <summary>
/// Many connections that each send a request written beforehand, wait for the answer and send the next. It waits for all of them at once by epoll, as
/// pgbench waits for its own: who measures on the processors that are measured must take little of them.
/// </summary>
internal sealed class CastingCrowd(IPEndPoint server, int connections)
{
    private const int Add = 1;
    private const uint Readable = 1;

    // The kernel's struct of an event is packed on x86 only: the events, then what was noted for the connection.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static ReadOnlySpan<byte> Redirect => "HTTP/1.1 302"u8;

    private static ReadOnlySpan<byte> Receipt => "/receipt\r\n"u8;

    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    /// <summary>Casts until the time is over or the requests are used up.</summary>
    /// <returns>Ballots a second that were answered as stored.</returns>
    public async Task<double> CastAsync(ConcurrentQueue<byte[]> casts, TimeSpan span)
    {
        var threads = Environment.ProcessorCount;
        var watch = Stopwatch.StartNew();
        var stored = await Task.WhenAll(Enumerable.Range(0, threads).Select(number => Task.Factory.StartNew(
            () => Cast(casts, (connections + number) / threads, watch, span), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return stored.Sum() / watch.Elapsed.TotalSeconds;
    }

    private int Cast(ConcurrentQueue<byte[]> casts, int count, Stopwatch watch, TimeSpan span)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }).ToArray();
        var events = new byte[EventSize * count];
        var answer = new byte[16 * 1_024];
        var epoll = Native.Create(0);
        try
        {
            var (sending, stored) = (0, 0);
            for (var i = 0; i < count; i++)
            {
                sockets[i].Connect(server);
                var noted = new byte[EventSize];
                MemoryMarshal.Write(noted, Readable);
                MemoryMarshal.Write(noted.AsSpan(EventSize - 8), (long)i);
                Check(Native.Control(epoll, Add, (int)sockets[i].Handle, noted));
                sending += Send(sockets[i]);
            }
            while (sending > 0)
            {
                var ready = Native.Wait(epoll, events, count, 1_000);
                for (var i = 0; i < ready; i++)
                {
                    var socket = sockets[MemoryMarshal.Read<long>(events.AsSpan(((i + 1) * EventSize) - 8))];
                    Receive(socket, answer);
                    stored++;
                    sending += Send(socket) - 1;
                }
            }
            return stored;
        }
        finally
        {
            _ = Native.Close(epoll);
            foreach (var socket in sockets)
                socket.Dispose();
        }

        int Send(Socket socket) => watch.Elapsed < span && casts.TryDequeue(out var cast) && socket.Send(cast) == cast.Length ? 1 : 0;
    }

    private static void Receive(Socket socket, byte[] answer)
    {
        var read = 0;
        do
        {
            var more = socket.Receive(answer.AsSpan(read));
            read += more > 0 ? more : throw new IOException("The server closed the connection.");
        }
        while (!answer.AsSpan(0, read).EndsWith(HeaderEnd));
        if (!answer.AsSpan(0, read).StartsWith(Redirect) || answer.AsSpan(0, read).IndexOf(Receipt) < 0)
            throw new InvalidOperationException($"A ballot was answered {System.Text.Encoding.ASCII.GetString(answer, 0, read)}");
    }

    private static void Check(int result)
    {
        if (result < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Create(int flags);

        [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Control(int epoll, int operation, int file, byte[] noted);

        [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Wait(int epoll, byte[] events, int most, int milliseconds);

        [DllImport("libc", EntryPoint = "close", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int file);
    }
}
