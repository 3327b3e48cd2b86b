using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Budgeting.Core.Electorate;
using Budgeting.Core.Voting;
using Microsoft.AspNetCore.DataProtection;

namespace Budgeting.Benchmarks;

/// <summary>People at their browsers, casting ballots over HTTP on the site's own pages.</summary>
internal sealed partial class CastingLoad(IPEndPoint server, BallotSheet sheet)
{
    private const string FormCookie = "budgeting-form";

    private readonly string _round = string.Create(CultureInfo.InvariantCulture, $"/rounds/{sheet.RoundId}");

    /// <summary>The cookies of voters whom the register has admitted a moment ago, as the site would have set them.</summary>
    public static IReadOnlyList<string> Passes(IDataProtectionProvider protection, BallotSheet sheet, int first, int count)
    {
        var protector = protection.CreateProtector("Budgeting.VotingSession");
        var now = TimeProvider.System.GetUtcNow();
        var admission = new Admission([sheet.HeadingId], null, now);
        return [.. Enumerable.Range(first, count).AsParallel().Select(entry => protector.Protect(JsonSerializer.Serialize(
            new { Pass = new EntryPass(sheet.RoundId, entry, PassKind.Letter, "", admission), Ends = now.AddMinutes(30) })))];
    }

    /// <summary>
    /// The requests that cast a ballot with each of these passes, written beforehand: who sends them afterwards on the same processors takes
    /// little from the server.
    /// </summary>
    public async Task<ConcurrentQueue<byte[]>> WriteCastsAsync(IReadOnlyList<string> passes)
    {
        using var visitor = await Visitor.ComeAsync(this);
        return new(passes.AsParallel().Select((pass, number) => visitor.Cast(pass, new Random(number), Guid.NewGuid())));
    }

    /// <summary>From a letter's code to the page with the receipt: five requests a voter.</summary>
    /// <returns>Voters a second.</returns>
    public async Task<double> VoteByLetterAsync(ConcurrentQueue<string> codes, int connections, TimeSpan span)
    {
        var voted = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(async () =>
        {
            using var visitor = await Visitor.ComeAsync(this);
            var random = new Random(number);
            while (watch.Elapsed < span && codes.TryDequeue(out var code))
            {
                await visitor.VoteByLetterAsync(code, random);
                Interlocked.Increment(ref voted);
            }
        })));
        return voted / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Casts at a steady rate, whether or not the answers keep up, so that waiting is measured and not left out.</summary>
    /// <returns>The waiting times in milliseconds, ascending.</returns>
    public async Task<IReadOnlyList<double>> LatenciesAsync(ConcurrentQueue<byte[]> casts, double rate, int connections, TimeSpan span)
    {
        ConcurrentBag<double> latencies = [];
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var connection = new HttpConnection(server);
            while (true)
            {
                // Each ballot has its moment; one that had to wait for a connection has waited since that moment.
                var due = TimeSpan.FromSeconds(Interlocked.Increment(ref next) / rate) + TimeSpan.FromMilliseconds(200);
                if (due > span || !casts.TryDequeue(out var cast))
                    return;
                if (due > watch.Elapsed)
                    await Task.Delay(due - watch.Elapsed);
                await connection.SendAsync(cast);
                latencies.Add((watch.Elapsed - due).TotalMilliseconds);
            }
        })));
        return [.. latencies.Order()];
    }

    /// <summary>Everybody at once around the closing: casts over many connections until all passes are used up.</summary>
    /// <returns>What each act of casting was answered.</returns>
    public async Task<IReadOnlyDictionary<Guid, CastAnswer>> BurstAsync(ConcurrentQueue<string> passes, int connections)
    {
        ConcurrentDictionary<Guid, CastAnswer> answers = [];
        await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(async () =>
        {
            using var visitor = await Visitor.ComeAsync(this);
            var random = new Random(number);
            while (passes.TryDequeue(out var pass))
            {
                var attempt = Guid.NewGuid();
                answers[attempt] = await visitor.CastAsync(pass, random, attempt);
            }
        })));
        return answers;
    }

    /// <summary>Casts until the server is gone.</summary>
    /// <param name="passes">A pass a ballot.</param>
    /// <param name="connections">How many cast at the same time.</param>
    /// <param name="answers">Takes what each act of casting was answered; one without an answer is not among them.</param>
    public Task CastUntilCutOffAsync(ConcurrentQueue<string> passes, int connections, ConcurrentDictionary<Guid, CastAnswer> answers) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(async () =>
        {
            try
            {
                using var visitor = await Visitor.ComeAsync(this);
                var random = new Random(number);
                while (passes.TryDequeue(out var pass))
                {
                    var attempt = Guid.NewGuid();
                    answers[attempt] = await visitor.CastAsync(pass, random, attempt);
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                // Cut off: whether the last ballot was stored, nobody was told.
            }
        })));

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();

    private sealed class Visitor : IDisposable
    {
        private readonly CastingLoad _load;
        private readonly HttpConnection _connection;
        private string _token = "";

        private Visitor(CastingLoad load) => (_load, _connection) = (load, new(load.Server));

        public static async Task<Visitor> ComeAsync(CastingLoad load)
        {
            var visitor = new Visitor(load);
            var page = await visitor._connection.SendAsync("GET", $"{load._round}/code");
            visitor._token = Uri.EscapeDataString(WebUtility.HtmlDecode(Token().Match(page.Body).Groups[1].Value));
            return visitor;
        }

        public async Task<CastAnswer> CastAsync(string pass, Random random, Guid attempt)
        {
            _connection.ForgetAllBut(FormCookie);
            _connection.Carry("budgeting-pass", pass);
            return Read(await _connection.SendAsync("POST", $"{_load._round}/vote/review?handler=Cast", Form(random, attempt)));
        }

        /// <summary>The request that casts, on behalf of somebody else at the same browser.</summary>
        public byte[] Cast(string pass, Random random, Guid attempt)
        {
            var request = new ArrayBufferWriter<byte>(2_048);
            Dictionary<string, string> cookies = new() { [FormCookie] = _connection.Cookie(FormCookie), ["budgeting-pass"] = pass };
            HttpConnection.Write(request, _load.Server, "POST", $"{_load._round}/vote/review?handler=Cast", cookies, Form(random, attempt));
            return request.WrittenSpan.ToArray();
        }

        public static CastAnswer Read(HttpAnswer answer) =>
            answer.Status switch
            {
                302 when answer.Location!.EndsWith("/receipt", StringComparison.Ordinal) => CastAnswer.Stored,
                503 => CastAnswer.Busy,
                200 => CastAnswer.Closed,
                _ => CastAnswer.Other,
            };

        public async Task VoteByLetterAsync(string code, Random random)
        {
            _connection.ForgetAllBut(FormCookie);
            Expect(302, await _connection.SendAsync("POST", $"{_load._round}/code", $"Input.Code={code}&__RequestVerificationToken={_token}"));
            Expect(200, await _connection.SendAsync("GET", $"{_load._round}/vote"));
            var form = Form(random, Guid.NewGuid());
            Expect(200, await _connection.SendAsync("POST", $"{_load._round}/vote/review", form));
            Expect(302, await _connection.SendAsync("POST", $"{_load._round}/vote/review?handler=Cast", form));
            Expect(200, await _connection.SendAsync("GET", $"{_load._round}/vote/receipt"));
        }

        public void Dispose() => _connection.Dispose();

        private static void Expect(int status, HttpAnswer answer)
        {
            if (answer.Status != status)
                throw new InvalidOperationException($"Expected {status} but was answered {answer.Status}.");
        }

        private string Form(Random random, Guid attempt)
        {
            var form = new StringBuilder(512);
            form.Append(CultureInfo.InvariantCulture, $"attempt={attempt}&sheet-{_load.Sheet.HeadingId}={_load.Sheet.Hash}");
            var projects = Enumerable.Range(1, _load.Sheet.Projects.Count).ToArray();
            random.Shuffle(projects);
            foreach (var project in projects.AsSpan(0, random.Next(1, 1 + Math.Min(projects.Length, _load.Sheet.MaximumChoices ?? 1))))
                form.Append(CultureInfo.InvariantCulture, $"&projects-{_load.Sheet.HeadingId}={project}");
            return form.Append("&__RequestVerificationToken=").Append(_token).ToString();
        }
    }

    private IPEndPoint Server => server;

    private BallotSheet Sheet => sheet;
}

/// <summary>How a ballot sent over HTTP was answered.</summary>
internal enum CastAnswer
{
    /// <summary>The way to the receipt: it is stored.</summary>
    Stored,

    /// <summary>503: not stored, to be sent again.</summary>
    Busy,

    /// <summary>A page that says that voting is over and the ballot was not stored.</summary>
    Closed,

    /// <summary>Anything else.</summary>
    Other,
}
