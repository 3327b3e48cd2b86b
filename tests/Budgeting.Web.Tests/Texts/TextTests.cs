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

    [Fact]
    public void Every_plain_text_stands_in_the_place_of_another_with_the_same_values_in_it()
    {
        foreach (var language in new[] { "fi", "sv", "en" })
        {
            var plain = TextCatalogue.In(typeof(PlainTexts), language);
            Assert.True(plain.Count > 100);
            foreach (var (name, text) in plain)
            {
                var set = TextCatalogue.Sets.Single(set => name.StartsWith($"{set.Name}.", StringComparison.Ordinal));
                var ordinary = TextCatalogue.In(set, language);
                var key = name[(set.Name.Length + 1)..];
                Assert.True(ordinary.ContainsKey(key), $"{name} stands for nothing");
                Assert.Equal(Values(ordinary[key]), Values(text));
                // Sentences that are easy to read are short.
                Assert.All(text.Split('.', '!', '?', ':'), sentence => Assert.True(sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length <= 18, $"{language} {name}: {sentence}"));
            }
        }

        static IEnumerable<string> Values(string text) => Placeholders().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholders();

    [GeneratedRegex("""(?:Refusal\.Of\(|new Refusal\(|WithErrorCode\(|\.Text\(\d+, [\d_]+, |\? |: )"(?<key>[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+)"|new\("(?<key>NotFound|Forbidden)"\)""")]
    private static partial Regex Keys();
}
