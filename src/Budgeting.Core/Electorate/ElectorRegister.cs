using System.Globalization;
using System.Runtime.CompilerServices;
using Budgeting.Core.Audit;
using Budgeting.Core.Database;
using Budgeting.Core.Invitations;
using Budgeting.Core.Notifications;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Rounds;
using CsvHelper;
using Microsoft.EntityFrameworkCore;

namespace Budgeting.Core.Electorate;

internal sealed class ElectorRegister(
    BudgetingContext context, DatabaseDialect dialect, UnitOfWork work, IAuthority authority, RegisterKeys keys, ContactProtection contacts, Randomness randomness, AuditTrail audit)
    : IElectorRegister
{
    private const int LongestIdentifier = 64;
    private const int OldestAge = 130;
    private const int LettersAtOnce = 1_000;

    // A million rows are merged in seconds, but not on every machine in the half minute that is the default.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly Role[] Keepers = [Role.Coordinator, Role.Administrator];

    private static readonly string[] DayPatterns = ["yyyy-MM-dd", "d.M.yyyy"];

    /// <summary>The lock under which letter codes of a round are made, so that two exports never make two codes for one entry.</summary>
    public static string LettersLock(long roundId) => $"letters {roundId}";

    public async Task<Outcome<Done>> SetRuleAsync(Actor actor, long roundId, ElectorateRule rule, CancellationToken cancellation)
    {
        var refusals = new ElectorateRuleValidator().Refusals(rule);
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        var entered = await EnterAsync(actor, roundId, cancellation);
        if (!entered.Granted)
            return Outcome<Done>.Refused(entered.Refusals);
        var round = entered.Value;
        if (round.Frozen(await work.NowAsync(cancellation)))
            return Refusal.Of("Electorate.Frozen");
        if (round.Imported)
            return Refusal.Of("Electorate.Imported");
        var regions = await context.Regions.AsNoTracking().ToDictionaryAsync(region => region.Id, cancellation);
        if (!rule.RegionIds.All(id => regions.TryGetValue(id, out var region) && region.LiesIn(regions[round.RegionId])))
            refusals.Add(Refusal.Of("Electorate.Regions", nameof(rule.RegionIds)));
        if (refusals.Count > 0)
            return refusals;
        var stored = await context.Electorates.FirstOrDefaultAsync(electorate => electorate.RoundId == roundId, cancellation);
        var before = stored?.ToRule() ?? ElectorateRule.Unset;
        if (stored is null)
            context.Add(new StoredElectorate(roundId, rule));
        else if (!stored.DecidesAs(rule) && await context.Electors.AnyAsync(elector => elector.RoundId == roundId, cancellation))
            return Refusal.Of("Electorate.HasEntries");
        else
            stored.Follow(rule);
        await audit.AppendAsync(actor, "electorate.ruleSet", Subject(roundId), new { before = Described(before), after = Described(rule) }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Done.It;
    }

    public async Task<Outcome<RegisterCounts>> CountAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation);
        if (!entered.Granted)
            return Outcome<RegisterCounts>.Refused(entered.Refusals);
        var electors = context.Electors.Where(elector => elector.RoundId == roundId);
        var mayVote = electors.Where(elector => elector.OfAge && !elector.HasLeft);
        return new RegisterCounts(
            await electors.LongCountAsync(cancellation),
            await mayVote.LongCountAsync(cancellation),
            await electors.LongCountAsync(elector => elector.HasLeft, cancellation),
            await mayVote.LongCountAsync(elector => context.ElectorCodes.Any(code => code.ElectorId == elector.Id && code.Kind == CodeKind.Letter), cancellation),
            await context.ElectorAccounts.LongCountAsync(link => link.RoundId == roundId, cancellation));
    }

    public async Task<Outcome<RegisterReport>> ImportAsync(
        Actor actor, long roundId, Stream file, bool partial, Action<RowFault>? tell, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation, stepUp: true);
        if (!entered.Granted)
            return Outcome<RegisterReport>.Refused(entered.Refusals);
        var now = await work.NowAsync(cancellation);
        if (entered.Value.Frozen(now))
            return Refusal.Of("Electorate.Frozen");
        if (await RegisteredAsync(roundId, cancellation) is not { } rule)
            return Refusal.Of("Electorate.NotRegistered");
        var key = await keys.GetAsync(cancellation);
        var opened = await RegisterFile.OpenAsync(file, ["identifier", "birth_date", "region"], cancellation);
        if (!opened.Granted)
            return Outcome<RegisterReport>.Refused(opened.Refusals);
        await using var rows = opened.Value;
        var reading = new Reading(roundId, rule, key, await RegionsAsync(entered.Value, rule, cancellation), DateOnly.FromDateTime(now.UtcDateTime), contacts, opened.Value.HasContacts, tell);
        contacts.Ready();

        var patience = context.Database.GetCommandTimeout();
        context.Database.SetCommandTimeout(Patience);
        await context.Database.OpenConnectionAsync(cancellation);
        try
        {
            await dialect.StageRegisterAsync(context, reading.RowsAsync(rows, cancellation), cancellation);
            await foreach (var line in context.Database.SqlQueryRaw<long>("""
                DELETE FROM register_rows WHERE line IN (
                    SELECT line FROM (
                        SELECT line, row_number() OVER (PARTITION BY identifier ORDER BY line) AS place FROM register_rows WHERE birth_year IS NOT NULL
                    ) AS numbered WHERE place > 1)
                RETURNING line AS "Value"
                """).AsAsyncEnumerable().WithCancellation(cancellation))
            {
                reading.Twice(line);
            }
            // A file of nothing but faults is the wrong file: in earnest it would mark everybody as left.
            return reading.Good == 0
                ? Refusal.Of("Register.NoRows", "File")
                : await MergeAsync(actor, roundId, rule, partial, reading, cancellation);
        }
        catch (RegisterFileException fault)
        {
            return Refusal.Of("Register.Unreadable", "File", fault.Line);
        }
        finally
        {
            await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS register_rows", CancellationToken.None);
            await context.Database.CloseConnectionAsync();
            context.Database.SetCommandTimeout(patience);
        }
    }

    public async Task<Outcome<long>> ClearAsync(Actor actor, long roundId, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        var entered = await EnterAsync(actor, roundId, cancellation, stepUp: true);
        if (!entered.Granted)
            return Outcome<long>.Refused(entered.Refusals);
        // While it may be needed, to vote or to settle who may have, it stays.
        var now = await work.NowAsync(cancellation);
        if (entered.Value.Frozen(now) && entered.Value.Schedule.PhaseAt(now) < Phase.Published)
            return Refusal.Of("Register.NotPublished");
        await dialect.LockAsync(context, LettersLock(roundId), cancellation);
        var patience = context.Database.GetCommandTimeout();
        context.Database.SetCommandTimeout(Patience);
        long cleared = await context.Electors.Where(elector => elector.RoundId == roundId).ExecuteDeleteAsync(cancellation);
        context.Database.SetCommandTimeout(patience);
        await audit.AppendAsync(actor, "register.cleared", Subject(roundId), new { entries = cleared }, cancellation);
        await transaction.CommitAsync(cancellation);
        return cleared;
    }

    public async Task<Outcome<LettersReport>> IssueLettersAsync(
        Actor actor, long roundId, Stream file, Stream letters, bool reissue, CancellationToken cancellation)
    {
        var entered = await EnterAsync(actor, roundId, cancellation, stepUp: true);
        if (!entered.Granted)
            return Outcome<LettersReport>.Refused(entered.Refusals);
        if (entered.Value.Schedule.PhaseAt(await work.NowAsync(cancellation)) > Phase.Voting)
            return Refusal.Of("Voting.Closed");
        if (await RegisteredAsync(roundId, cancellation) is null)
            return Refusal.Of("Electorate.NotRegistered");
        var key = await keys.GetAsync(cancellation);
        var opened = await RegisterFile.OpenAsync(file, ["identifier"], cancellation);
        if (!opened.Granted)
            return Outcome<LettersReport>.Refused(opened.Refusals);

        // One transaction, committed when everything is written out: a code nobody could print would lock its voter out of a second export.
        await using var transaction = await work.BeginAsync(LettersLock(roundId), cancellation);
        await using var rows = opened.Value;
        // A cell that a spreadsheet would take for a formula is written as text.
        await using var csv = CsvWriter.Create(letters, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        foreach (var heading in new[] { "identifier", "code", "language" })
            csv.WriteField(heading);
        await csv.EndRecordAsync(cancellation);
        var report = new LettersReport(0, 0, 0, 0);
        try
        {
            await foreach (var chunk in ChunksAsync(rows.ReadAsync(cancellation)))
                report = await IssueAsync(roundId, key, chunk, csv, reissue, report, cancellation);
        }
        catch (RegisterFileException fault)
        {
            return Refusal.Of("Register.Unreadable", "File", fault.Line);
        }
        await csv.FlushAsync(cancellation);
        await audit.AppendAsync(actor, reissue ? "register.lettersReissued" : "register.lettersIssued", Subject(roundId), report, cancellation);
        await transaction.CommitAsync(cancellation);
        return report;
    }

    private async Task<LettersReport> IssueAsync(
        long roundId, RegisterKey key, IReadOnlyList<RegisterFileRow> rows, CsvWriter csv, bool reissue, LettersReport report, CancellationToken cancellation)
    {
        // Who stands twice in the file gets one letter.
        var byIdentifier = new Dictionary<string, RegisterFileRow>();
        foreach (var row in rows.Where(row => Fits(row.Identifier)))
            byIdentifier.TryAdd(Convert.ToHexString(key.Identifier(roundId, row.ComparedIdentifier)), row);
        var identifiers = byIdentifier.Keys.Select(Convert.FromHexString).ToList();
        var found = await context.Electors.AsNoTracking()
            .Where(elector => elector.RoundId == roundId && identifiers.Contains(elector.Identifier))
            .Select(elector => new
            {
                elector.Id, elector.Identifier, elector.Language, MayVote = elector.OfAge && !elector.HasLeft,
                HasCode = context.ElectorCodes.Any(code => code.ElectorId == elector.Id && code.Kind == CodeKind.Letter),
            })
            .ToDictionaryAsync(elector => Convert.ToHexString(elector.Identifier), cancellation);
        var issued = found.Values.Where(elector => elector.MayVote && (reissue || !elector.HasCode)).ToDictionary(elector => elector.Id, _ => EntryCode.Random(randomness));
        var replaced = found.Values.Where(elector => elector.HasCode && issued.ContainsKey(elector.Id)).Select(elector => elector.Id).ToList();
        if (replaced.Count > 0)
        {
            await ElectorateService.EndAssistedAsync(context, replaced, cancellation);
            await context.ElectorCodes.Where(code => code.Kind == CodeKind.Letter && replaced.Contains(code.ElectorId)).ExecuteDeleteAsync(cancellation);
        }
        context.AddRange(issued.Select(pair => new ElectorCode { ElectorId = pair.Key, Kind = CodeKind.Letter, Code = key.Code(roundId, pair.Value) }));
        await context.SaveChangesAsync(cancellation);
        context.ChangeTracker.Clear();
        foreach (var (identifier, row) in byIdentifier)
        {
            if (found.GetValueOrDefault(identifier) is not { } elector || !issued.TryGetValue(elector.Id, out var symbols))
                continue;
            csv.WriteField(row.Identifier);
            csv.WriteField(EntryCode.Write(symbols));
            csv.WriteField(elector.Language);
            await csv.EndRecordAsync(cancellation);
        }
        var mayNotVote = found.Values.Count(elector => !elector.MayVote);
        return new(
            report.Issued + issued.Count, report.HadOne + found.Count - issued.Count - mayNotVote, report.MayNotVote + mayNotVote,
            report.Unknown + rows.Count(row => !Fits(row.Identifier)) + byIdentifier.Count - found.Count);
    }

    private async Task<Outcome<RegisterReport>> MergeAsync(
        Actor actor, long roundId, ElectorateRule rule, bool partial, Reading reading, CancellationToken cancellation)
    {
        await using var transaction = await work.BeginAsync(UnitOfWork.RoundLock(roundId), cancellation);
        // The file may have taken its time: what held before it was read must hold still.
        var round = await context.Rounds.AsNoTracking().FirstAsync(round => round.Id == roundId, cancellation);
        if (round.Frozen(await work.NowAsync(cancellation)))
            return Refusal.Of("Electorate.Frozen");
        if (await context.Electorates.AsNoTracking().FirstOrDefaultAsync(stored => stored.RoundId == roundId, cancellation) is not { } stored || !stored.DecidesAs(rule))
            return Refusal.Of("Electorate.RuleChanged");
        var updated = await context.Database.ExecuteSqlAsync($"""
            UPDATE electors SET
                birth_year = row.birth_year, of_age = row.of_age, region_id = row.region_id, language = row.language,
                is_protected = row.is_protected, has_left = FALSE
            FROM register_rows AS row
            WHERE electors.round_id = {roundId} AND electors.identifier = row.identifier AND row.birth_year IS NOT NULL
                AND (electors.birth_year <> row.birth_year OR electors.of_age <> row.of_age OR electors.region_id <> row.region_id
                    OR electors.language <> row.language OR electors.is_protected <> row.is_protected OR electors.has_left)
            """, cancellation);
        // In the order of hashes: fast to index, and an entry's number says nothing of its place in the file.
        var added = await context.Database.ExecuteSqlAsync($"""
            INSERT INTO electors (round_id, identifier, birth_year, of_age, region_id, language, is_protected, has_left)
            SELECT {roundId}, row.identifier, row.birth_year, row.of_age, row.region_id, row.language, row.is_protected, FALSE
            FROM register_rows AS row
            WHERE row.birth_year IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM electors AS known WHERE known.round_id = {roundId} AND known.identifier = row.identifier)
            ORDER BY row.identifier
            """, cancellation);
        var left = partial ? 0 : await context.Database.ExecuteSqlAsync($"""
            UPDATE electors SET has_left = TRUE
            WHERE round_id = {roundId} AND NOT has_left AND NOT EXISTS (SELECT 1 FROM register_rows AS row WHERE row.identifier = electors.identifier)
            """, cancellation);
        if (reading.HasContacts)
            await MergeContactsAsync(roundId, cancellation);
        await context.ElectorContacts.Where(contact => context.Electors.Any(elector => elector.Id == contact.ElectorId && elector.RoundId == roundId && elector.HasLeft)).ExecuteDeleteAsync(cancellation);
        // Whatever columns the file has: somebody may have come under protection order since the address came.
        await ForgetAsync(context.Electors.Where(elector => elector.RoundId == roundId && (elector.IsProtected || !elector.OfAge)), cancellation);
        var report = new RegisterReport(reading.Rows, reading.Rows - reading.Good, added, updated, reading.Good - added - updated, left);
        await audit.AppendAsync(actor, "register.imported", Subject(roundId), new { partial, report }, cancellation);
        await transaction.CommitAsync(cancellation);
        return report;
    }

    // Whoever has been invited, and whose address was erased with that, is not invited again.
    private async Task MergeContactsAsync(long roundId, CancellationToken cancellation)
    {
        await ForgetAsync(context.Electors.FromSql($"""
            SELECT elector.* FROM electors AS elector JOIN register_rows AS row ON row.identifier = elector.identifier
            WHERE elector.round_id = {roundId} AND row.birth_year IS NOT NULL AND row.contact IS NULL
            """), cancellation);
        await context.Database.ExecuteSqlAsync($"""
            INSERT INTO elector_contacts (elector_id, contact, has_email, has_phone, invited)
            SELECT elector.id, row.contact, row.has_email, row.has_phone, FALSE
            FROM register_rows AS row JOIN electors AS elector ON elector.identifier = row.identifier
            WHERE elector.round_id = {roundId} AND row.birth_year IS NOT NULL AND row.contact IS NOT NULL
            ON CONFLICT (elector_id) DO UPDATE SET
                contact = CASE WHEN elector_contacts.contact IS NULL THEN NULL ELSE excluded.contact END,
                has_email = elector_contacts.contact IS NOT NULL AND excluded.has_email,
                has_phone = elector_contacts.contact IS NOT NULL AND excluded.has_phone
            """, cancellation);
    }

    // Erases where they are reached; of whoever was invited it stays that they were.
    private async Task ForgetAsync(IQueryable<Elector> electors, CancellationToken cancellation)
    {
        var theirs = context.ElectorContacts.Where(contact => electors.Any(elector => elector.Id == contact.ElectorId));
        await theirs.Where(contact => !contact.Invited).ExecuteDeleteAsync(cancellation);
        await theirs.Where(contact => contact.Contact != null).ExecuteUpdateAsync(row => row.SetProperty(contact => contact.Contact, (byte[]?)null)
            .SetProperty(contact => contact.HasEmail, false).SetProperty(contact => contact.HasPhone, false), cancellation);
    }

    private async Task<Outcome<Round>> EnterAsync(Actor actor, long roundId, CancellationToken cancellation, bool stepUp = false)
    {
        if (await context.Rounds.AsNoTracking().FirstOrDefaultAsync(round => round.Id == roundId, cancellation) is not { } round)
            return Refusal.NotFound;
        var refusal = stepUp
            ? await authority.RefuseWithoutStepUpAsync(actor, round.RegionId, cancellation, Keepers)
            : await authority.RefuseAsync(actor, round.RegionId, cancellation, Keepers);
        return refusal is null ? round : refusal;
    }

    private async Task<ElectorateRule?> RegisteredAsync(long roundId, CancellationToken cancellation) =>
        await context.Electorates.AsNoTracking().FirstOrDefaultAsync(stored => stored.RoundId == roundId, cancellation) is { Basis: ElectorateBasis.Registered } stored
            ? stored.ToRule()
            : null;

    /// <summary>The regions by slug, and whether their people may vote in the round.</summary>
    private async Task<Dictionary<string, (long Id, bool MayVote)>> RegionsAsync(Round round, ElectorateRule rule, CancellationToken cancellation)
    {
        var regions = await context.Regions.AsNoTracking().ToDictionaryAsync(region => region.Id, cancellation);
        List<Region> allowed = [.. (rule.RegionIds.Count > 0 ? rule.RegionIds : [round.RegionId]).Select(id => regions[id])];
        return regions.Values.ToDictionary(region => region.Slug, region => (region.Id, allowed.Exists(region.LiesIn)));
    }

    private static bool Fits(string identifier) =>
        identifier.Length is > 0 and <= LongestIdentifier && !identifier.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c == '\uFFFD');

    private static async IAsyncEnumerable<IReadOnlyList<RegisterFileRow>> ChunksAsync(IAsyncEnumerable<RegisterFileRow> rows)
    {
        List<RegisterFileRow> chunk = new(LettersAtOnce);
        await foreach (var row in rows)
        {
            chunk.Add(row);
            if (chunk.Count < LettersAtOnce)
                continue;
            yield return chunk;
            chunk = new(LettersAtOnce);
        }
        if (chunk.Count > 0)
            yield return chunk;
    }

    private static string Subject(long roundId) => $"round {roundId}";

    private static object Described(ElectorateRule rule) =>
        new { basis = rule.Basis.ToString(), rule.MinimumAge, rule.AgeOn, regions = rule.RegionIds, rule.PublishesBands };

    /// <summary>Makes rows to merge of rows of a file, and tells what is wrong with the others.</summary>
    private sealed class Reading(
        long roundId, ElectorateRule rule, RegisterKey key, IReadOnlyDictionary<string, (long Id, bool MayVote)> regions, DateOnly today,
        ContactProtection contacts, bool hasContacts, Action<RowFault>? tell)
    {
        /// <summary>Whether the file says where people are reached.</summary>
        public bool HasContacts => hasContacts;

        public long Rows { get; private set; }

        public long Good { get; private set; }

        public async IAsyncEnumerable<RegisterRow> RowsAsync(RegisterFile file, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var row in file.ReadAsync(cancellation))
            {
                Rows++;
                if (row.Identifier.Length == 0 || !Fits(row.Identifier))
                {
                    Tell(row, row.Broken ? RowProblem.Unreadable : row.Identifier.Length == 0 ? RowProblem.IdentifierEmpty : RowProblem.IdentifierUnfit);
                    continue;
                }
                yield return ToMerge(row);
            }
        }

        public void Twice(long line)
        {
            Good--;
            tell?.Invoke(new(line, RowProblem.IdentifierTwice));
        }

        private RegisterRow ToMerge(RegisterFileRow row)
        {
            var identifier = key.Identifier(roundId, row.ComparedIdentifier);
            var sound = true;
            if (row.Broken)
            {
                Fault(RowProblem.Unreadable);
                // Whose entry it is can still be read, so that it is not taken for one that has left.
                return new(row.Line, identifier, null, false, 0, "", false, null, false, false);
            }
            if (!DateOnly.TryParseExact(row.BirthDate, DayPatterns, CultureInfo.InvariantCulture, DateTimeStyles.None, out var born))
                Fault(RowProblem.BirthDateUnreadable);
            else if (born > today || born < today.AddYears(-OldestAge))
                Fault(RowProblem.BirthDateImpossible);
            if (!regions.TryGetValue(row.Region, out var region))
                Fault(RowProblem.RegionUnknown);
            else if (!region.MayVote)
                Fault(RowProblem.RegionOutside);
            var language = row.Language.Length == 0 ? Languages.All[0] : row.Language.ToLowerInvariant();
            if (!Languages.All.Contains(language))
                Fault(RowProblem.LanguageUnknown);
            bool? isProtected = row.Protected.ToLowerInvariant() switch
            {
                "1" or "true" or "yes" => true,
                "" or "0" or "false" or "no" => false,
                _ => null,
            };
            if (isProtected is null)
                Fault(RowProblem.ProtectedUnreadable);
            // Where somebody is reached is no condition of their right to vote: a contact that cannot be read is told, and left out alone.
            var email = row.Email.Length == 0 ? null : EmailAddress.Parse(row.Email);
            if (row.Email.Length > 0 && email is null)
                Tell(row, RowProblem.EmailUnreadable);
            var phone = row.Phone.Length == 0 ? null : PhoneNumber.Parse(row.Phone);
            if (row.Phone.Length > 0 && phone is null)
                Tell(row, RowProblem.PhoneUnreadable);
            if (sound)
                Good++;
            var ofAge = sound && rule.IsOfAge(born);
            // Of people under protection order, and of those who are not invited, no address is kept.
            var reached = ofAge && isProtected == false && (email is not null || phone is not null);
            return new(
                row.Line, identifier, sound ? born.Year : null, ofAge, region.Id, language, isProtected ?? false,
                reached ? contacts.Seal(new(email?.Value, phone?.Value)) : null, reached && email is not null, reached && phone is not null);

            void Fault(RowProblem problem)
            {
                sound = false;
                Tell(row, problem);
            }
        }

        private void Tell(RegisterFileRow row, RowProblem problem) => tell?.Invoke(new(row.Line, problem));
    }
}
