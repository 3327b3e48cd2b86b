using Budgeting.Tally;

namespace Budgeting.Cli;

/// <summary>Opens the election a command was given.</summary>
internal static class ElectionFile
{
    /// <summary>Reads a PaBuLib file, or standard input when the path is <c>-</c>.</summary>
    /// <exception cref="CommandException">There is no such file, or it is not an election.</exception>
    public static PabulibFile Read(string path)
    {
        string name = path == "-" ? "standard input" : path;
        try
        {
            using Stream stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            return PabulibReader.Read(stream);
        }
        catch (PabulibException exception)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{name}: {exception.Error}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{name}: there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.UnreadableInput, $"{name}: {exception.Message}", exception);
        }
    }
}
