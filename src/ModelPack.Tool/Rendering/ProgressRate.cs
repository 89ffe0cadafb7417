namespace ModelPack.Tool.Rendering;

/// <summary>Estimates rate and remaining time of a stage from the last seconds, so that an early stall is soon forgotten.</summary>
internal sealed class ProgressRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan Time, long Done)> _samples = new();

    /// <summary>Notes that <paramref name="done"/> units are done at <paramref name="time"/>.</summary>
    public void Add(TimeSpan time, long done)
    {
        _samples.Enqueue((time, done));
        while (_samples.Count > 2 && time - _samples.Peek().Time > Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>Units a second; 0 while unknown.</summary>
    public double PerSecond
    {
        get
        {
            if (_samples.Count < 2)
            {
                return 0;
            }

            (TimeSpan first, long start) = _samples.Peek();
            (TimeSpan last, long end) = _samples.Last();
            // A burst at the start says nothing about the rest.
            return (last - first).TotalSeconds >= 0.3 ? (end - start) / (last - first).TotalSeconds : 0;
        }
    }

    /// <summary>Time until <paramref name="total"/> is reached; null while unknown.</summary>
    public TimeSpan? Remaining(long done, long total) =>
        PerSecond is > 0 and var rate && total > done ? TimeSpan.FromSeconds(Math.Min((total - done) / rate, 1e6)) : null;
}
