using System.Text.RegularExpressions;
using Budgeting.Web.Texts;

namespace Budgeting.Web.Tests.Texts;

public sealed partial class TextTests
{
    [Fact]
    public void Every_text_stands_in_all_three_languages() => Assert.Empty(TextCatalogue.Missing());

    [Fact]
    public void Every_reason_for_which_Core_refuses_has_a_sentence_in_all_three_languages()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Budgeting.sln")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        var keys = Directory.EnumerateFiles(Path.Combine(folder, "src", "Budgeting.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !file.EndsWith("ElectionImport.cs"))
            .SelectMany(file => Keys().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["key"].Value)
            .ToHashSet();
        Assert.Contains("Ballot.OverBudget", keys);
        Assert.Contains("Proposal.Title", keys);
        foreach (var language in new[] { "fi", "sv", "en" })
            Assert.Empty(keys.Except(TextCatalogue.In(typeof(RefusalTexts), language).Keys));
    }

    [GeneratedRegex("""(?:Refusal\.Of\(|new Refusal\(|WithErrorCode\(|\.Text\(\d+, [\d_]+, |\? |: )"(?<key>[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+)"|new\("(?<key>NotFound|Forbidden)"\)""")]
    private static partial Regex Keys();
}
