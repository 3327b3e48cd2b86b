using System.Globalization;

namespace Budgeting.Tally.Tests;

public sealed class CultureTests
{
    [Theory]
    [InlineData("fi-FI")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public void Numbers_files_and_errors_are_the_same_in_every_culture(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string invariant = Everything(CultureInfo.InvariantCulture);
        try
        {
            Assert.Equal(invariant, Everything(CultureInfo.GetCultureInfo(culture)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Everything(CultureInfo culture)
    {
        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = culture;
        PabulibFile file = Pb.Read(Pb.With("budget;100", "budget;100,5").Replace("1;60", "I;60", StringComparison.Ordinal).Replace(";1,", ";I,", StringComparison.Ordinal));
        TallyResult result = new GreedyRule().Tally(file.Instance, file.Profile, TieBreak.ByProjectId);
        PabulibError error = Assert.Throws<PabulibException>(() => Pb.Read(Pb.With("num_votes;2", "num_votes;-2.5"))).Error;
        return string.Join('\n',
            [
                Rational.Parse("-2458488,22").ToString(),
                new Rational(-1, 3).ToString(),
                ((Rational)(-1234567)).ToString(),
                Pb.Write(file),
                error.ToString(),
                result.MoneyLeft.ToString(),
                .. result.Winners,
                .. result.Projects.Select(p => p.Missing.ToString()),
            ]);
    }
}
