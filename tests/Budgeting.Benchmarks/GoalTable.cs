using System.Globalization;

namespace Budgeting.Benchmarks;

/// <summary>Prints figures beside their goals and remembers whether one was missed.</summary>
internal sealed class GoalTable
{
    public bool Missed { get; private set; }

    public void AtLeast(string what, double goal, double figure) => Report(what, goal, figure, figure >= goal, "at least");

    public void AtMost(string what, double goal, double figure) => Report(what, goal, figure, figure <= goal, "at most");

    private void Report(string what, double goal, double figure, bool reached, string words)
    {
        Missed |= !reached;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-64} {figure,12:0.###}  goal {words} {goal:0.###}  {(reached ? "reached" : "missed")}"));
    }
}
