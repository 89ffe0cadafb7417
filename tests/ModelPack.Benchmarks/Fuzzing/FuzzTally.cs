using ModelPack.Tests.Fuzzing;

namespace ModelPack.Benchmarks.Fuzzing;

/// <summary>What became of the cases of one target.</summary>
internal sealed class FuzzTally
{
    private readonly SortedDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private int _cases;
    private int _read;
    private double _share;
    private TimeSpan _longest;

    public int Problems { get; private set; }

    public void Add(FuzzOutcome outcome, FuzzTarget target)
    {
        _cases++;
        _read += outcome.Code is null && outcome.Problem is null ? 1 : 0;
        Problems += outcome.Problem is null ? 0 : 1;
        _share = Math.Max(_share, outcome.Allocated / (double)(target.MostAllocatedOnce + (target.MostAllocatedPerByte * outcome.Length)));
        _longest = outcome.Taken > _longest ? outcome.Taken : _longest;
        if (outcome.Code is { } code)
        {
            _refused[code] = _refused.GetValueOrDefault(code) + 1;
        }
    }

    public string Text(FuzzTarget target) =>
        $"{_cases} cases, {Problems} problems, {_read} read, {string.Join(", ", _refused.Select(pair => $"{pair.Key} {pair.Value}"))}; longest {_longest.TotalMilliseconds:F0} ms; "
        + $"allocated at most {_share:P0} of {target.MostAllocatedOnce >> 20} MB and {target.MostAllocatedPerByte} bytes a byte";
}
