using System.Diagnostics;

namespace ModelPack.Tool.Rendering;

/// <summary>One plain line a finished stage, and one every few seconds of a long stage.</summary>
internal sealed class LineProgress(TextWriter writer, WorkUnit unit) : IProgress<Step>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private ProgressRate _rate = new();
    private Step _step;
    private TimeSpan _begun;
    private TimeSpan _written;

    public void Report(Step value)
    {
        lock (_lock)
        {
            TimeSpan now = _clock.Elapsed;
            if (value.Stage != _step.Stage)
            {
                Finish(now);
                _begun = _written = now;
                _rate = new ProgressRate();
            }

            _step = value;
            _rate.Add(now, value.Done);
            if (now - _written >= Interval)
            {
                _written = now;
                writer.WriteLine(Describe());
            }
        }
    }

    /// <summary>Writes the last stage's line.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            Finish(_clock.Elapsed);
            _step = default;
        }
    }

    private void Finish(TimeSpan now)
    {
        if (_step.Stage is null)
        {
            return;
        }

        TimeSpan took = now - _begun;
        string amount = _step.Total > 0 ? WorkDisplay.Format(unit, _step.Done) + ", " : "";
        string rate = _step.Done > 0 && took.TotalSeconds >= 0.1 ? $" ({WorkDisplay.Format(unit, _step.Done / took.TotalSeconds)}/s)" : "";
        writer.WriteLine($"  {_step.Stage}: {amount}{Units.Duration(took)}{rate}");
    }

    private string Describe()
    {
        string percent = _step.Total > 0 ? $" of {WorkDisplay.Format(unit, _step.Total)} ({100 * _step.Done / _step.Total} %)" : "";
        string rate = _rate.PerSecond > 0 ? $", {WorkDisplay.Format(unit, _rate.PerSecond)}/s" : "";
        string remaining = _rate.Remaining(_step.Done, _step.Total) is { } time ? $", {Units.Duration(time)} left" : "";
        return $"  {_step.Stage}: {WorkDisplay.Format(unit, _step.Done)}{percent}{rate}{remaining}";
    }
}
