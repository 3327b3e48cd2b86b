namespace Budgeting.Cli;

/// <summary>Says on a terminal that something is still going on, once it has taken more than a second.</summary>
internal sealed class Progress : IDisposable
{
    private readonly Timer? _timer;
    private readonly string _doing;
    private int _seconds;
    private bool _ended;

    public Progress(string doing)
    {
        _doing = doing;
        _timer = Console.IsErrorRedirected ? null : new Timer(_ => Tick(), null, 1000, 1000);
    }

    public void Dispose()
    {
        lock (_doing)
        {
            if (!_ended && _seconds > 0)
            {
                Console.Error.Write("\r\u001b[K");
            }

            _ended = true;
        }

        _timer?.Dispose();
    }

    private void Tick()
    {
        lock (_doing)
        {
            if (!_ended)
            {
                Console.Error.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\r{_doing}, {++_seconds} s"));
            }
        }
    }
}
