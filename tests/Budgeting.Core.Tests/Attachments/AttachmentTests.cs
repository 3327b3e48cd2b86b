using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Budgeting.Core.Attachments;
using Budgeting.Core.Evaluation;
using Budgeting.Core.Moderation;
using Budgeting.Core.Proposals;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Budgeting.Core.Tests.Attachments;

public sealed class AttachmentTests
{
    private static async Task<(World World, long ProposalId)> ProposedAsync(DatabaseKind kind)
    {
        var world = await World.CreateAsync(kind);
        var roundId = await world.RoundAsync();
        var headingId = await world.HeadingAsync(roundId, Money.FromEuros(100));
        world.TravelTo(Phase.Proposing);
        return (world, await world.ProposalAsync(roundId, headingId, "Keinut puistoon"));
    }

    private static Task<Outcome<long>> AddAsync(World world, long proposalId, byte[] file, string description = "Keinu koivun alla", Actor? actor = null) =>
        world.Do<IAttachments, Outcome<long>>(attachments => attachments.AddAsync(actor ?? world.Resident, proposalId, description, new MemoryStream(file), default));

    private static Task<AttachmentView?> FindAsync(World world, long id, Actor? actor = null) =>
        world.Do<IAttachments, AttachmentView?>(attachments => attachments.FindAsync(actor ?? Actor.Visitor, id, default));

    private static Task<byte[]> ReadAsync(World world, long id) => world.Do<IAttachments, byte[]>(async attachments =>
    {
        using var whole = new MemoryStream();
        await foreach (var piece in attachments.ReadAsync(id, default))
        {
            Assert.InRange(piece.Length, 1, 65_536);
            whole.Write(piece);
        }
        return whole.ToArray();
    });

    /// <summary>Adds files one by one, each alone, and gives the bytes that were kept or the reason a file was not taken.</summary>
    private static async Task<IReadOnlyList<(string? Refused, byte[] Kept)>> TakeAllAsync(params IReadOnlyList<byte[]> files)
    {
        var (world, proposalId) = await ProposedAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        await using var server = world.AnotherServer([new("Attempts:UploadsPerHour", "100000")]);
        List<(string?, byte[])> taken = [];
        foreach (var file in files)
        {
            await using var scope = server.CreateAsyncScope();
            var attachments = scope.ServiceProvider.GetRequiredService<IAttachments>();
            var added = await attachments.AddAsync(world.Resident, proposalId, "Kuva", new MemoryStream(file), default);
            taken.Add(added.Granted ? (null, await ReadAsync(world, added.Value)) : (Assert.Single(added.Refusals).Key, []));
            if (added.Granted)
                await attachments.RemoveAsync(world.Resident, added.Value, default);
        }
        return taken;
    }

    private static async Task<(string? Refused, byte[] Kept)> TakeAsync(byte[] file) => (await TakeAllAsync(file))[0];

    private static async Task<string?> RefusalAsync(byte[] file) => (await TakeAsync(file)).Refused;

    private static bool Holds(byte[] file, string text) => file.AsSpan().IndexOf(Encoding.Latin1.GetBytes(text)) >= 0;

    [Theory, EachDatabase]
    public async Task A_file_of_many_pieces_comes_back_as_it_was_kept_under_its_hash(DatabaseKind kind)
    {
        var (world, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        // Noise does not compress: some hundreds of kilobytes.
        var rows = RandomNumberGenerator.GetBytes(300 * (1 + (400 * 3)));
        for (var row = 0; row < 300; row++)
            rows[row * 1_201] = 0;
        var file = Files.Png(400, 300, rows);
        var id = (await AddAsync(world, proposalId, file)).Value;
        var found = (await FindAsync(world, id))!;
        Assert.Equal((AttachmentType.Png, 400, 300, true, file.Length), (found.Type, found.Width, found.Height, found.Public, found.Length));
        var kept = await ReadAsync(world, id);
        Assert.Equal(file, kept);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(kept)), found.Hash);
        // The same again is the one that is there.
        Assert.Equal(id, (await AddAsync(world, proposalId, file)).Value);
    }

    [Theory, EachDatabase]
    public async Task A_proposal_takes_five_files_and_its_author_removes_them(DatabaseKind kind)
    {
        var (world, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        var ids = new List<long>();
        for (var i = 1; i <= 5; i++)
            ids.Add((await AddAsync(world, proposalId, Files.Png(i))).Value);
        Assert.True((await AddAsync(world, proposalId, Files.Png(6))).RefusedFor("Attachment.TooMany"));
        Assert.True((await world.Do<IAttachments, Outcome<Done>>(attachments => attachments.RemoveAsync(world.Official, ids[1], default))).RefusedFor("NotFound"));
        Assert.True((await world.Do<IAttachments, Outcome<Done>>(attachments => attachments.RemoveAsync(world.Resident, ids[1], default))).Granted);
        Assert.Null(await FindAsync(world, ids[1], world.Resident));
        Assert.Equal(4, await world.Sql(context => context.AttachmentPieces.CountAsync()));
        Assert.True((await AddAsync(world, proposalId, Files.Png(6))).Granted);
    }

    [Theory, EachDatabase]
    public async Task Files_are_added_by_the_author_to_what_can_be_changed(DatabaseKind kind)
    {
        var (world, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        Assert.True((await AddAsync(world, proposalId, Files.Jpeg, actor: world.Official)).RefusedFor("NotFound"));
        Assert.True((await AddAsync(world, proposalId, Files.Jpeg, actor: Actor.Visitor)).RefusedFor("SignIn.Needed"));
        Assert.True((await AddAsync(world, proposalId, Files.Jpeg, description: " ")).RefusedFor("Attachment.Description"));
        // An official who read the proposal before the picture was there does not answer it with the picture.
        var read = (await world.Do<IProposals, ProposalView?>(proposals => proposals.FindAsync(world.Official, proposalId, default)))!.Revision;
        Assert.True((await AddAsync(world, proposalId, Files.Jpeg)).Granted);
        Assert.True((await world.Do<IEvaluations, Outcome<Done>>(evaluations =>
            evaluations.AnswerAsync(world.Official, proposalId, new(true, Money.FromEuros(5), null, read), default))).RefusedFor("Evaluation.ProposalChanged"));
        world.TravelTo(Phase.Evaluating);
        Assert.True((await AddAsync(world, proposalId, Files.WebP)).RefusedFor("Proposal.NotOpen"));
    }

    [Theory, EachDatabase]
    public async Task What_is_hidden_is_seen_by_its_author_and_officials_only(DatabaseKind kind)
    {
        var (world, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        var neighbour = await world.PersonAsync("neighbour", world.TownId);
        var (first, second) = ((await AddAsync(world, proposalId, Files.Jpeg)).Value, (await AddAsync(world, proposalId, Files.WebP)).Value);
        Task<Outcome<Done>> Do(Func<IModeration, Task<Outcome<Done>>> act) => world.Do(act);
        Assert.True((await Do(moderation => moderation.ReportAsync(neighbour, proposalId, new(ModerationCategory.Copyright, null, first), default))).Granted);
        Assert.True((await Do(moderation => moderation.ActAsync(world.Official, [proposalId], new(ModerationKind.Hide, ModerationCategory.Copyright, "Kuva on lehdestä.", first), default))).Granted);
        foreach (var (actor, sees) in new[] { (Actor.Visitor, false), (neighbour, false), (world.Resident, true), (world.Official, true) })
        {
            Assert.Equal(sees, await FindAsync(world, first, actor) is { Public: false });
            Assert.True(await FindAsync(world, second, actor) is { Public: true });
        }
        Assert.True((await Do(moderation => moderation.ActAsync(world.Official, [proposalId], new(ModerationKind.Keep, null, "Lupa on kunnossa.", first), default))).Granted);
        Assert.NotNull(await FindAsync(world, first));

        Assert.True((await Do(moderation => moderation.ReportAsync(world.Official, proposalId, new(ModerationCategory.Illegal, null), default))).Granted);
        Assert.True((await Do(moderation => moderation.ActAsync(world.Official, [proposalId], new(ModerationKind.Hide, ModerationCategory.Illegal, "Koko ehdotus on laiton."), default))).Granted);
        Assert.Null(await FindAsync(world, second));
        Assert.False((await FindAsync(world, second, world.Resident))!.Public);
    }

    [Theory, EachDatabase]
    public async Task The_database_itself_keeps_the_number_and_the_words_of_files(DatabaseKind kind)
    {
        var (world, proposalId) = await ProposedAsync(kind);
        await using var _ = world;
        await AddAsync(world, proposalId, Files.Jpeg);
        await AddAsync(world, proposalId, Files.WebP);
        foreach (var broken in new FormattableString[]
        {
            $"UPDATE attachments SET position = 11", $"UPDATE attachments SET description = ' '", $"UPDATE attachments SET length = 20000000",
            $"UPDATE attachments SET position = 1", $"UPDATE attachments SET width = NULL",
        })
            await Assert.ThrowsAnyAsync<Exception>(() => world.Sql(context => context.Database.ExecuteSqlAsync(broken)));
    }

    [Fact]
    public async Task Files_are_limited_in_bytes_and_tries()
    {
        var (world, proposalId) = await ProposedAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        var large = new byte[(5 << 20) + 1];
        Files.Jpeg.CopyTo(large, 0);
        var refused = await AddAsync(world, proposalId, large);
        Assert.Equal(("Attachment.TooLarge", 5.0), (refused.Refusals[0].Key, refused.Refusals[0].Arguments[0]));
        for (var i = 1; i < 40; i++)
            await AddAsync(world, proposalId, [1]);
        Assert.True((await AddAsync(world, proposalId, Files.Jpeg)).RefusedFor("Attempts.TooMany"));
    }

    [Fact]
    public async Task A_photograph_keeps_how_it_is_turned_and_loses_where_and_by_what_it_was_taken()
    {
        var photograph = Files.JpegWith(0xE1, Files.ExifWithPlace());
        Assert.True(Holds(photograph, "GPS 60.1699") && Holds(photograph, "Phone 12"));
        var (refused, kept) = await TakeAsync(photograph);
        Assert.Null(refused);
        foreach (var told in new[] { "GPS", "60.1699", "Phone", "ICC_PROFILE", "Google" })
            Assert.False(Holds(kept, told), told);
        // One Exif entry: tag 0x0112, a short, 6.
        var exif = kept.AsSpan().IndexOf("Exif\0\0MM"u8);
        Assert.Equal([0x00, 0x01, 0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06], kept.AsSpan(exif + 14, 12).ToArray());
        // What was cleaned is clean.
        Assert.Equal(kept, (await TakeAsync(kept)).Kept);
    }

    [Theory]
    [InlineData(0xE1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPSLatitude 60.17</x:xmpmeta>")]
    [InlineData(0xED, "Photoshop 3.0\0City Oulu")]
    [InlineData(0xFE, "<script>alert(1)</script>")]
    [InlineData(0xE2, "MPF\0second picture")]
    public async Task A_JPEG_loses_every_part_that_is_not_the_picture(byte marker, string text)
    {
        var (refused, kept) = await TakeAsync(Files.JpegWith(marker, Encoding.Latin1.GetBytes(text)));
        Assert.Null(refused);
        Assert.False(Holds(kept, text[^8..]));
    }

    [Fact]
    public async Task What_is_put_behind_a_picture_is_cut_off()
    {
        const string page = "<html><script>alert(document.domain)</script></html>";
        foreach (var picture in new[] { Files.Jpeg, Files.Png(), Files.WebP })
        {
            var (refused, kept) = await TakeAsync([.. picture, .. Encoding.Latin1.GetBytes(page), .. "PK\x03\x04"u8]);
            Assert.Null(refused);
            Assert.False(Holds(kept, "script"));
            Assert.Equal((await TakeAsync(picture)).Kept, kept);
        }
    }

    [Theory]
    [InlineData("tEXt", "Comment\0<script>alert(1)</script>")]
    [InlineData("iTXt", "XML:com.adobe.xmp\0\0\0\0\0GPSLatitude")]
    [InlineData("zTXt", "Comment\0\0packed")]
    [InlineData("eXIf", "II*\0GPS 60.1699")]
    [InlineData("iCCP", "profile\0\0packed")]
    [InlineData("tIME", "\u0007\u00ea\u000b\u0016\u0001\u0001\u0001")]
    [InlineData("prVW", "unknown")]
    public async Task A_PNG_loses_every_chunk_that_is_not_the_picture(string name, string text)
    {
        var (refused, kept) = await TakeAsync(Files.Png(others: (name, Encoding.Latin1.GetBytes(text))));
        Assert.Null(refused);
        Assert.Equal(Files.Png(), kept);
    }

    [Theory]
    [InlineData(0x08, "EXIF", "II*\0GPS 60.1699")]
    [InlineData(0x04, "XMP ", "<x:xmpmeta>GPSLatitude</x:xmpmeta>")]
    [InlineData(0x00, "JUNK", "<script>alert(1)</script>")]
    public async Task A_WebP_loses_every_part_that_is_not_the_picture(byte flags, string name, string text)
    {
        var (refused, kept) = await TakeAsync(Files.WebPWith(flags, name, Encoding.Latin1.GetBytes(text)));
        Assert.Null(refused);
        Assert.False(Holds(kept, name) || Holds(kept, text));
        Assert.Equal(0, kept[20]);
        Assert.Equal(kept.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(kept.AsSpan(4)));
        var (_, lossy) = await TakeAsync(Files.LossyWebP);
        Assert.False(Holds(lossy, "ICCP"));
        Assert.True(Holds(lossy, "VP8 "));
    }

    [Fact]
    public async Task Only_what_is_a_picture_or_a_document_is_taken_whatever_it_is_called()
    {
        string[] others =
        [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", "<!DOCTYPE html><script>alert(1)</script>", "GIF89a/*<script>*/", "BM6", "MZ\x90", "PK\x03\x04", " %PDF-1.7", "RIFF\x10\0\0\0WAVE", "#!/bin/sh",
        ];
        Assert.All(await TakeAllAsync([.. others.Select(Encoding.Latin1.GetBytes)]), taken => Assert.Equal("Attachment.Kind", taken.Refused));
        Assert.Equal("Attachment.Empty", await RefusalAsync([]));
    }

    [Fact]
    public async Task A_file_that_ends_too_early_is_taken_nowhere()
    {
        List<byte[]> cut = [];
        foreach (var whole in new[] { Files.Jpeg, Files.Png(), Files.WebP, Files.LossyWebP, Files.Pdf() })
        {
            for (var length = 12; length < whole.Length - 2; length += Math.Max(1, whole.Length / 20))
                cut.Add(whole[..length]);
        }
        Assert.True(cut.Count > 80);
        Assert.All(await TakeAllAsync(cut), taken => Assert.Equal("Attachment.Broken", taken.Refused));
    }

    [Fact]
    public async Task Bytes_turned_at_random_are_refused_or_taken_and_never_a_fault()
    {
        var random = new Random(20261122);
        List<byte[]> files = [];
        foreach (var whole in new[] { Files.Jpeg, Files.JpegWith(0xE1, Files.ExifWithPlace()), Files.Png(), Files.WebP, Files.LossyWebP, Files.Pdf() })
        {
            for (var i = 0; i < 60; i++)
            {
                var file = whole.ToArray();
                for (var j = 0; j < 1 + (i % 6); j++)
                    file[random.Next(4, file.Length)] = (byte)random.Next(256);
                files.Add(file);
            }
        }
        Assert.All(await TakeAllAsync(files), taken => Assert.True(taken.Refused is null || taken.Refused.StartsWith("Attachment.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pictures_that_unpack_to_more_than_they_should_are_refused_by_their_headers()
    {
        Assert.Equal("Attachment.Pixels", await RefusalAsync(Files.Png(50_000, 50_000, [0])));
        Assert.Equal("Attachment.Pixels", await RefusalAsync(Files.Png(30_000, 1, [0])));
        var jpeg = Files.Jpeg;
        var frame = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        foreach (var i in new[] { 5, 7 })
            BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + i), 65_000);
        Assert.Equal("Attachment.Pixels", await RefusalAsync(jpeg));
        // A small header over fifty megabytes of nothing, and one over too little.
        Assert.Equal("Attachment.Broken", await RefusalAsync(Files.Png(3, 2, new byte[50_000_000])));
        Assert.Equal("Attachment.Broken", await RefusalAsync(Files.Png(300, 200, new byte[10])));
        Assert.Equal("Attachment.Broken", await RefusalAsync(Files.Png(0, 2, [0])));
        // Interlaced: seven passes, 1 + 1 + 1 + 1 + 1 + 2 + 1 rows of 3 by 2 pixels, of which three are there.
        Assert.Null(await RefusalAsync(Files.Png(3, 2, new byte[1 + 3 + 1 + 3 + 1 + 3 + 1 + 9], interlace: 1)));
    }

    [Fact]
    public async Task Moving_pictures_are_refused()
    {
        Assert.Equal("Attachment.Moving", await RefusalAsync(Files.Png(others: ("acTL", new byte[8]))));
        Assert.Equal("Attachment.Moving", await RefusalAsync(Files.WebPWith(0x02, "ANIM", new byte[6])));
    }

    [Theory]
    [InlineData("/OpenAction 5 0 R", "Attachment.Active")]
    [InlineData("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "Attachment.Active")]
    [InlineData("/AA << /O 5 0 R >>", "Attachment.Active")]
    [InlineData("/Names << /EmbeddedFiles 5 0 R >>", "Attachment.Active")]
    [InlineData("/AcroForm << /XFA 5 0 R >>", "Attachment.Active")]
    [InlineData("/Open#41ction 5 0 R", "Attachment.Active")]
    [InlineData("/X << /S /#4Aava#53cript >>", "Attachment.Active")]
    [InlineData("/Encrypt 5 0 R", "Attachment.Encrypted")]
    [InlineData("/X (stream\n) /S /Launch", "Attachment.Active")]
    public async Task A_document_that_does_something_is_refused(string catalogue, string key) =>
        Assert.Equal(key, await RefusalAsync(Files.Pdf(catalogue)));

    [Fact]
    public async Task A_document_hides_nothing_in_its_streams()
    {
        var (refused, kept) = await TakeAsync(Files.Pdf());
        Assert.Null(refused);
        Assert.True(Holds(kept, "%%EOF"));
        // Objects within a compressed stream count as those outside.
        Assert.Equal("Attachment.Active", await RefusalAsync(Files.Pdf(
            stream: Files.Deflate("5 0 << /S /JavaScript /JS (x) >>"u8.ToArray()), streamDictionary: "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")));
        Assert.Equal("Attachment.Active", await RefusalAsync(Files.Pdf(
            stream: Files.Deflate(Files.Deflate(new byte[100])), streamDictionary: "/Filter [/FlateDecode /FlateDecode]")));
        // 110 megabytes in a hundred kilobytes.
        Assert.Equal("Attachment.Inflates", await RefusalAsync(Files.Pdf(stream: Files.Deflate(new byte[110_000_000]))));
        // Something else before or behind it.
        Assert.Equal("Attachment.Kind", await RefusalAsync([.. "<script>"u8, .. Files.Pdf()]));
        Assert.Equal("Attachment.Broken", await RefusalAsync([.. Files.Pdf(), .. "PK\x05\x06<script>"u8]));
    }
}
