using System.IO.Compression;
using System.Security.Cryptography;
using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary>Opens the election a command was given.</summary>
internal static class ElectionFile
{
    /// <summary>Reads a PaBuLib file, or standard input when the path is <c>-</c>; compressed with gzip or not.</summary>
    /// <exception cref="CommandException">There is no such file, or it is not an election.</exception>
    public static PabulibFile Read(string path) => Read(path, out _);

    /// <summary>Reads a PaBuLib file, and gives the SHA-256 of its bytes, uncompressed, in hexadecimal.</summary>
    /// <exception cref="CommandException">There is no such file, or it is not an election.</exception>
    public static PabulibFile Read(string path, out string sha256)
    {
        string name = path == "-" ? "standard input" : path;
        try
        {
            using Stream stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            using HashingStream hashing = new(Uncompressed(stream));
            PabulibFile file = PabulibReader.Read(hashing);
            sha256 = hashing.Finish();
            return file;
        }
        catch (PabulibException exception)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{name}: {exception.Error}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{name}: there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{name}: {exception.Message}", exception);
        }
    }

    // gzip files begin with 1F 8B, which no text does.
    private static Stream Uncompressed(Stream stream)
    {
        BufferedStream buffered = new(new PeekStream(stream, out bool isGzip), 1 << 16);
        return isGzip ? new GZipStream(buffered, CompressionMode.Decompress) : buffered;
    }

    /// <summary>A stream whose first two bytes have been looked at.</summary>
    private sealed class PeekStream : ReadOnlyStream
    {
        private readonly Stream _stream;
        private readonly byte[] _first;
        private int _given;

        public PeekStream(Stream stream, out bool isGzip)
        {
            _stream = stream;
            byte[] first = new byte[2];
            int read = stream.ReadAtLeast(first, 2, throwOnEndOfStream: false);
            _first = first[..read];
            isGzip = read == 2 && first[0] == 0x1F && first[1] == 0x8B;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_given == _first.Length)
            {
                return _stream.Read(buffer, offset, count);
            }

            int given = Math.Min(count, _first.Length - _given);
            _first.AsSpan(_given, given).CopyTo(buffer.AsSpan(offset));
            _given += given;
            return given;
        }
    }

    private sealed class HashingStream(Stream stream) : ReadOnlyStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = stream.Read(buffer, offset, count);
            _hash.AppendData(buffer, offset, read);
            return read;
        }

        public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            stream.Dispose();
            base.Dispose(disposing);
        }
    }

    private abstract class ReadOnlyStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
