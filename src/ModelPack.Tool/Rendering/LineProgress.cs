using System.Diagnostics;

namespace ModelPack.Tool.Rendering;

/// <summary>One plain line a finished stage, and one every few seconds of a long stage.</summary>
internal sealed class LineProgress(TextWriter writer, WorkUnit unit) : IProgress<Step>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private StageClock? _stage;
    private TimeSpan _written;

    public void Report(Step value)
    {
        lock (_lock)
        {
            TimeSpan now = _clock.Elapsed;
            if (value.Stage != _stage?.Stage)
            {
                Complete();
                _stage = new StageClock(value.Stage, unit, now);
                _written = now;
            }

            _stage.Add(value, now);
            if (now - _written >= Interval)
            {
                _written = now;
                writer.WriteLine($"  {value.Stage}: {_stage.DescribeRunning()}");
            }
        }
    }

    /// <summary>Writes the last stage's line.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (_stage is { } stage)
            {
                writer.WriteLine($"  {stage.Stage}: {stage.DescribeFinished(_clock.Elapsed)}");
                _stage = null;
            }
        }
    }
}
