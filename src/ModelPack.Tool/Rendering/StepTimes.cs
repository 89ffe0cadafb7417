using System.Globalization;

namespace ModelPack.Tool.Rendering;

/// <summary>Sums up how long the steps of a calibration took, for <c>--verbosity detailed</c>.</summary>
internal sealed class StepTimes
{
    private readonly Dictionary<string, TimeSpan> _times = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Adds the time of one step.</summary>
    public void Add(string step, TimeSpan time)
    {
        lock (_lock)
        {
            _times[step] = _times.GetValueOrDefault(step) + time;
        }
    }

    /// <summary>One line a step, the longest first.</summary>
    public IEnumerable<string> Lines() => _times.OrderByDescending(time => time.Value).Select(time =>
        string.Create(CultureInfo.InvariantCulture, $"  {time.Key}: {time.Value.TotalSeconds:0.0} s"));
}
