using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Budgeting.Core.Audit;
using Budgeting.Core.Results;
using Budgeting.Core.Rounds;
using Budgeting.Core.Voting;
using Budgeting.Tally;

namespace Budgeting.Core.Verification;

/// <summary>What a record is checked against besides itself.</summary>
/// <param name="Receipts">Receipt codes that voters kept.</param>
/// <param name="SheetHashes">Hashes of ballot sheets that were noted down before voting.</param>
/// <param name="Openings">The auditor's bundle; null when there is none.</param>
/// <param name="AuditLog">A whole exported audit log; null when there is none.</param>
/// <param name="LogHeads">Entries of the audit log with their hashes, as they were noted down; null when there are none.</param>
public sealed record VerificationRequest(
    IReadOnlyList<string> Receipts, IReadOnlyList<string> SheetHashes, RecordSource? Openings = null, Stream? AuditLog = null,
    IReadOnlyList<AuditHead>? LogHeads = null);

/// <summary>What came of one check.</summary>
/// <param name="Name">What was checked, in a word or two.</param>
/// <param name="Passed">Whether it holds; null when the record does not have what the check needs, and says so.</param>
/// <param name="Detail">What was found.</param>
public sealed record RecordCheck(string Name, bool? Passed, string Detail);

/// <summary>
/// Checks a published record by itself, without the platform and its database: the same that anybody can do with the formats of
/// docs/verification.md. Each check stands alone; one that fails does not hide another.
/// </summary>
/// <param name="record">The record.</param>
/// <param name="request">What else to check it against.</param>
public sealed class RecordVerifier(RecordSource record, VerificationRequest request)
{
    private readonly Dictionary<long, BallotSheet> _sheets = [];
    private readonly HeadNotes _heads = new(request.LogHeads ?? []);
    private readonly List<(string Choices, string Band)> _ballots = [];
    private ResultDocument _result = null!;
    private bool _ballotsRead;

    /// <summary>Follows the chain of an exported audit log, and looks in it for heads that were noted down.</summary>
    public static async Task<IReadOnlyList<RecordCheck>> CheckAuditLogAsync(Stream log, IReadOnlyList<AuditHead> noted, CancellationToken cancellation)
    {
        var heads = new HeadNotes(noted);
        RecordCheck check;
        try
        {
            check = Said("audit log", await AuditFile.CheckAsync(log, heads.Compare, cancellation));
        }
        catch (Exception fault) when (fault is InvalidDataException or DecoderFallbackException)
        {
            check = new("audit log", false, fault.Message);
        }
        return [check, .. heads.Checks(wholeLog: true)];
    }

    /// <summary>Does every check, in order.</summary>
    public async IAsyncEnumerable<RecordCheck> CheckAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var readable = await CheckAsync("result", ReadResultAsync, cancellation);
        yield return readable;
        if (readable.Passed != true)
            yield break;
        foreach (var heading in _result.Headings)
            yield return await CheckAsync(Invariant($"sheet {heading.Heading}"), cancel => ReadSheetAsync(heading, cancel), cancellation);
        foreach (var hash in request.SheetHashes)
            yield return await CheckAsync("announced sheet", _ => Task.FromResult(CheckSheetHash(hash)), cancellation);

        yield return await CheckAsync("commitments", CheckCommitmentsAsync, cancellation);
        foreach (var receipt in request.Receipts)
            yield return await CheckAsync("receipt", cancel => CheckReceiptAsync(receipt, cancel), cancellation);

        if (_result.Ballots.Withheld is { } reason)
        {
            yield return new("ballots", null, $"withheld ({reason}), so the count cannot be repeated from the record alone");
        }
        else
        {
            yield return await CheckAsync("ballots", ReadBallotsAsync, cancellation);
            yield return await CheckAsync("order", _ => Task.FromResult(CheckOrder()), cancellation);
            yield return await CheckAsync("bands", _ => Task.FromResult(CheckBands()), cancellation);
            foreach (var heading in _result.Headings)
            {
                yield return await CheckAsync(Invariant($"count {heading.Heading}"), _ => Task.FromResult(Recount(heading, Published())), cancellation);
                yield return await CheckAsync(Invariant($"PaBuLib {heading.Heading}"), _ => Task.FromResult(CheckPabulib(heading)), cancellation);
            }
        }

        yield return await CheckAsync("audit excerpt", CheckExcerptAsync, cancellation);
        if (request.AuditLog is not null)
            yield return await CheckAsync("audit log", CheckLogAsync, cancellation);
        foreach (var head in _heads.Checks(request.AuditLog is not null))
            yield return head;
        if (request.Openings is null)
            yield break;
        List<string> opened = [];
        yield return await CheckAsync("openings", cancel => OpenAsync(opened, cancel), cancellation);
        if (_result.Ballots.Withheld is null)
            yield return await CheckAsync("opened ballots", _ => Task.FromResult(CompareWithPublished(opened)), cancellation);
        foreach (var heading in _result.Headings)
            yield return await CheckAsync(Invariant($"opened count {heading.Heading}"), _ => Task.FromResult(Recount(heading, opened)), cancellation);
    }

    private static async Task<RecordCheck> CheckAsync(string name, Func<CancellationToken, Task<string>> check, CancellationToken cancellation)
    {
        try
        {
            return new(name, true, await check(cancellation));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever a damaged file leads to, the check does not hold.
            return new(name, false, fault is PabulibException pabulib ? pabulib.Error.ToString() : fault.Message);
        }
    }

    private async Task<string> ReadResultAsync(CancellationToken cancellation)
    {
        await using var stream = record.Read(RecordFile.ResultName);
        _result = await JsonSerializer.DeserializeAsync<ResultDocument>(stream, ResultDocument.Json, cancellation) ?? throw Wrong("it is empty");
        if (_result is not { Format: ResultDocument.FormatName, Ballots: not null, Audit: { Opening: not null, Publishing: not null }, Headings: not null })
            throw Wrong($"it is not a {ResultDocument.FormatName}");
        return Invariant($"round {_result.Round}, {_result.Ballots.Count} ballots, {_result.Headings.Count} headings");
    }

    private async Task<string> ReadSheetAsync(HeadingDocument heading, CancellationToken cancellation)
    {
        await using var stream = record.Read(RecordFile.SheetName(heading.Heading));
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellation);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        if (hash != heading.Sheet)
            throw Wrong($"the sheet's hash is {hash}, but the result names {heading.Sheet}");
        var canonical = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        var sheet = SheetText.Read(new() { Canonical = canonical, Hash = hash, HeadingId = heading.Heading, RoundId = _result.Round });
        if (sheet.HeadingId != heading.Heading || sheet.RoundId != _result.Round)
            throw Wrong(Invariant($"it is the sheet of heading {sheet.HeadingId} in round {sheet.RoundId}"));
        _sheets[heading.Heading] = sheet;
        return hash;
    }

    private string CheckSheetHash(string given)
    {
        var hash = given.Trim().ToLowerInvariant();
        return _sheets.Values.FirstOrDefault(sheet => sheet.Hash == hash) is { } sheet
            ? Invariant($"{hash} is the sheet of heading {sheet.HeadingId}")
            : throw Wrong($"{given} is the hash of no sheet of this record");
    }

    private async Task<string> CheckCommitmentsAsync(CancellationToken cancellation)
    {
        var tree = new CommitmentTree(_result.Round);
        await foreach (var commitment in CommitmentsAsync(cancellation))
            tree.Add(commitment);
        if (tree.Count != _result.Ballots.Count)
            throw Wrong(Invariant($"there are {tree.Count}, but {_result.Ballots.Count} ballots were counted"));
        var root = Convert.ToHexStringLower(tree.Finish().Root);
        return root == _result.Ballots.Root
            ? Invariant($"{tree.Count} leaves, as many as ballots counted, give the root {root}")
            : throw Wrong($"they give the root {root}, but {_result.Ballots.Root} is published");
    }

    private async Task<string> CheckReceiptAsync(string receipt, CancellationToken cancellation)
    {
        if (ReceiptCode.Read(receipt) is not { } code)
            throw Wrong($"{receipt} has a typing error: its check symbol is wrong");
        var (first, last) = ReceiptCode.Range(code);
        var position = 0L;
        await foreach (var commitment in CommitmentsAsync(cancellation))
        {
            if (commitment.AsSpan().SequenceCompareTo(first) >= 0 && commitment.AsSpan().SequenceCompareTo(last) <= 0)
                return Invariant($"{code} is leaf {position}: {Convert.ToHexStringLower(commitment)}");
            position++;
        }
        throw Wrong($"{code} is not among the ballots counted");
    }

    private async IAsyncEnumerable<byte[]> CommitmentsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var stream = record.Read(RecordFile.CommitmentsName);
        using var text = new StreamReader(stream);
        for (var line = 1; await text.ReadLineAsync(cancellation) is { } hex; line++)
        {
            if (hex.Length != 64 || hex.AsSpan().ContainsAnyExcept("0123456789abcdef"))
                throw Wrong(Invariant($"line {line} is not 64 lower-case hexadecimal digits"));
            yield return Convert.FromHexString(hex);
        }
    }

    private async Task<string> ReadBallotsAsync(CancellationToken cancellation)
    {
        var headings = _result.Headings.Select(heading => heading.Heading).ToList();
        await using var stream = record.Read(RecordFile.BallotsName);
        using var text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        if (await text.ReadLineAsync(cancellation) != BallotsFile.Columns(headings))
            throw Wrong($"the columns are not {BallotsFile.Columns(headings)}");
        while (await text.ReadLineAsync(cancellation) is { } line)
            _ballots.Add(BallotsFile.Read(line, _ballots.Count + 1, headings));
        if (_ballots.Count != _result.Ballots.Count)
            throw Wrong(Invariant($"{_ballots.Count} are published, but {_result.Ballots.Count} were counted"));
        _ballotsRead = true;
        return Invariant($"{_ballots.Count} published, as many as counted");
    }

    private IEnumerable<string> Published() => _ballotsRead ? _ballots.Select(ballot => ballot.Choices) : throw Wrong("the published ballots could not be read");

    private string CheckOrder()
    {
        _ = Published();
        var seed = Convert.FromHexString(_result.Ballots.Seed ?? throw Wrong("no seed is published"));
        var contents = _ballots.ToArray();
        Array.Sort(contents, (one, other) => string.CompareOrdinal(one.Choices, other.Choices) is var choices and not 0 ? choices : CompareBytes(one.Band, other.Band));
        var keys = contents.Select((_, i) => BallotPublication.ShuffleKey(seed, i + 1)).ToArray();
        Array.Sort(keys, contents, Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)));
        for (var i = 0; i < contents.Length; i++)
        {
            if (contents[i] != _ballots[i])
                throw Wrong(Invariant($"ballot {i + 1} does not stand where the seed puts it"));
        }
        return "the seed and what is on the ballots give the published order";
    }

    private string CheckBands()
    {
        _ = Published();
        var cells = _ballots.GroupBy(ballot => ballot.Band).Select(cell => (Band: cell.Key, Ballots: cell.Count())).ToList();
        // When no band is shown there is one group only.
        foreach (var (band, ballots) in cells.Where(cell => cells.Count > 1 && cell.Ballots < _result.Ballots.CellSize))
            throw Wrong(Invariant($"only {ballots} ballots have the band '{band}', fewer than {_result.Ballots.CellSize}"));
        return Invariant($"{cells.Count} groups, none smaller than {_result.Ballots.CellSize}");
    }

    private string Recount(HeadingDocument heading, IEnumerable<string> ballots)
    {
        var sheet = Sheet(heading);
        var lines = sheet.Canonical.Split('\n');
        if (!lines.Contains($"ties {string.Join(' ', TallyRules.Ties)}"))
            throw Wrong("the sheet names a tie-break that this program does not know");
        var profile = HeadingCount.Ballots(sheet);
        foreach (var choices in ballots)
        {
            foreach (var (_, numbers) in ChoicesText.Read(choices).Where(choice => choice.HeadingId == heading.Heading))
            {
                CheckLimits(sheet, numbers);
                profile.Add([.. numbers.Select(number => number - 1)]);
            }
        }
        var counted = HeadingDocument.Of(HeadingCount.Count(sheet, profile.Build()));
        if (Json(counted) == Json(heading))
            return Invariant($"{counted.Ballots} ballots give {counted.Projects.Count(project => project.Funded)} winners, as published");
        var (other, published) = counted.Projects.Zip(heading.Projects).FirstOrDefault(pair => pair.First != pair.Second);
        throw Wrong(other is null || published is null
            ? Invariant($"{counted.Ballots} ballots give another result than the {heading.Ballots} published")
            : Invariant($"counting gives {other}, published is {published}"));

        static string Json(HeadingDocument document) => JsonSerializer.Serialize(document, ResultDocument.Json);
    }

    private static void CheckLimits(BallotSheet sheet, int[] numbers)
    {
        if (numbers.Any(number => sheet.Project(number) is null) || numbers.Zip(numbers.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw Wrong($"a ballot has the choices {string.Join(',', numbers)}, which are not projects of the sheet in ascending order");
        if (numbers.Length > (sheet.MaximumChoices ?? int.MaxValue)
            || (sheet.BallotKind == BallotKind.Knapsack && Money.Sum(numbers.Select(number => sheet.Project(number)!.Cost)) > sheet.Money))
            throw Wrong($"a ballot has the choices {string.Join(',', numbers)}, more than the sheet allows");
    }

    private string CheckPabulib(HeadingDocument heading)
    {
        using var stream = record.Read(RecordFile.HeadingName(heading.Heading));
        var file = PabulibReader.Read(stream);
        var sheet = Sheet(heading);
        var euros = new Rational(1, 100);
        if (file.Instance.Budget != sheet.Money.Cents * euros
            || !file.Instance.Projects.Select(project => (project.Id, project.Cost)).SequenceEqual(
                sheet.Projects.Select(project => (project.Number.ToString(CultureInfo.InvariantCulture), project.Cost.Cents * euros))))
            throw Wrong("its money, projects or costs are not those of the sheet");
        var chosen = Published().Select((choices, i) => (Number: i + 1, Chosen: ChoicesText.Of(choices, heading.Heading))).Where(ballot => ballot.Chosen is not null);
        var (voter, vote) = (file.Votes.IndexOf("voter_id"), file.Votes.IndexOf("vote"));
        var row = 0;
        foreach (var ballot in chosen)
        {
            if (row == file.Votes.RowCount || file.Votes[row, voter] != ballot.Number.ToString(CultureInfo.InvariantCulture) || file.Votes[row, vote] != ballot.Chosen)
                throw Wrong(Invariant($"its vote {row + 1} is not that of ballot {ballot.Number}"));
            row++;
        }
        return row == file.Votes.RowCount
            ? Invariant($"{row} votes, the same as in {RecordFile.BallotsName}")
            : throw Wrong(Invariant($"it has {file.Votes.RowCount} votes, but {row} ballots have choices in this heading"));
    }

    private async Task<string> CheckExcerptAsync(CancellationToken cancellation)
    {
        await using var stream = record.Read(RecordFile.AuditName);
        AuditLine? first = null, last = null;
        var check = await AuditFile.CheckAsync(stream, line =>
        {
            (first, last) = (first ?? line, line);
            _heads.Compare(line);
        }, cancellation);
        if (check.FirstBroken is { } broken)
            throw Wrong(Invariant($"entry {broken} does not follow from the one before it"));
        var subject = Invariant($"round {_result.Round}");
        if (first is null || new AuditHead(first.Id, first.Hash) != _result.Audit.Opening || first.Act != RecordService.FrozenAct || first.Subject != subject)
            throw Wrong("it does not begin with the freezing of the sheets under the head published at opening");
        if (last is null || new AuditHead(last.Id, last.Hash) != _result.Audit.Publishing || last.Act != RecordService.PublishedAct || last.Subject != subject)
            throw Wrong("it does not end with the publishing of the result under the head in the result");
        using var frozen = JsonDocument.Parse(first.Detail!);
        var hashes = frozen.RootElement.EnumerateArray()
            .ToDictionary(sheet => sheet.GetProperty("headingId").GetInt64(), sheet => sheet.GetProperty("hash").GetString());
        if (hashes.Count != _result.Headings.Count || _result.Headings.Any(heading => hashes.GetValueOrDefault(heading.Heading) != heading.Sheet))
            throw Wrong("the sheets frozen when voting opened are not those the result was counted on");
        using var published = JsonDocument.Parse(last.Detail!);
        if (published.RootElement.GetProperty("root").GetString() != _result.Ballots.Root || published.RootElement.GetProperty("seed").GetString() != _result.Ballots.Seed)
            throw Wrong("the entry of the publishing names another root or seed");
        return Invariant($"entries {_result.Audit.Opening} to {_result.Audit.Publishing} follow; sheets as frozen at opening, root as published");
    }

    private async Task<string> CheckLogAsync(CancellationToken cancellation)
    {
        HashSet<AuditHead> heads = [_result.Audit.Opening, _result.Audit.Publishing];
        var check = Said("audit log", await AuditFile.CheckAsync(request.AuditLog!, line =>
        {
            heads.Remove(new(line.Id, line.Hash));
            _heads.Compare(line);
        }, cancellation));
        if (check.Passed != true)
            throw Wrong(check.Detail);
        return heads.Count == 0 ? $"{check.Detail}; it has both heads that were published" : throw Wrong("it does not have the heads that were published");
    }

    private async Task<string> OpenAsync(List<string> opened, CancellationToken cancellation)
    {
        await using var stream = request.Openings!.Read(OpeningsFile.Name);
        using var text = new StreamReader(stream);
        if (await text.ReadLineAsync(cancellation) != OpeningsFile.Columns)
            throw Wrong($"the columns are not {OpeningsFile.Columns}");
        await foreach (var commitment in CommitmentsAsync(cancellation))
        {
            var number = opened.Count + 1;
            if (await text.ReadLineAsync(cancellation) is not { } line)
                throw Wrong(Invariant($"there are {opened.Count}, fewer than commitments"));
            var cells = line.Split(',', 3);
            if (cells.Length != 3 || cells[2] is not ['"', .., '"'] || cells[0] != Convert.ToHexStringLower(commitment))
                throw Wrong(Invariant($"line {number + 1} does not open commitment {number}"));
            var choices = cells[2][1..^1];
            var encoded = CommittedChoices.Encode(_result.Round, choices, headingId => _sheets[headingId].Hash, Convert.FromHexString(cells[1]));
            if (!SHA256.HashData(Encoding.UTF8.GetBytes(encoded)).AsSpan().SequenceEqual(commitment))
                throw Wrong($"{cells[0]} does not open to the choices {choices}");
            opened.Add(choices);
        }
        return await text.ReadLineAsync(cancellation) is null
            ? Invariant($"all {opened.Count} commitments open to their choices")
            : throw Wrong("there are more than commitments");
    }

    private string CompareWithPublished(List<string> opened)
    {
        Dictionary<string, int> balance = [];
        foreach (var choices in Published())
            balance[choices] = balance.GetValueOrDefault(choices) + 1;
        foreach (var choices in opened)
            balance[choices] = balance.GetValueOrDefault(choices) - 1;
        return balance.FirstOrDefault(entry => entry.Value != 0) is { Key: not null } wrong
            ? throw Wrong(Invariant($"the choices {wrong.Key} are published {Math.Abs(wrong.Value)} times too {(wrong.Value > 0 ? "often" : "seldom")}"))
            : "the same as those published";
    }

    private BallotSheet Sheet(HeadingDocument heading) =>
        _sheets.GetValueOrDefault(heading.Heading) ?? throw Wrong("its sheet could not be read");

    private static RecordCheck Said(string name, AuditCheck check) =>
        check.FirstBroken is { } broken ? new(name, false, Invariant($"entry {broken} does not follow from the one before it"))
        : !check.FromBeginning ? new(name, false, Invariant($"it begins with entry {check.First}, so what was before cannot be checked"))
        : new(name, true, Invariant($"{check.Last?.Entry ?? 0} entries follow; the head is {check.Last?.Hash ?? AuditChain.Beginning}"));

    private static int CompareBytes(string one, string other) =>
        one == other ? 0 : Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    private static InvalidDataException Wrong(string what) => new(what);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
