using ModelPack.Runtime;
using ModelPack.Runtime.Generation;

namespace ModelPack.Benchmarks.Generation;

/// <summary>This runtime, through its public API: greedy text, the prompt evaluated anew each time.</summary>
internal sealed class RuntimeContestant : IDisposable
{
    private readonly PackedModel _model;
    private readonly int[] _prompt;

    public RuntimeContestant(string folder, int prompt, int threads)
    {
        _model = PackedModel.Open(folder, new PackedModelOptions { Threads = threads, ReusePrompts = false });
        _prompt = Ids(prompt);
    }

    /// <summary>The prompt that the GenAI probe takes too.</summary>
    public static int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => 3 + (i * 7 % 50))];

    public Speed Run(int tokens)
    {
        var options = GenerationOptions.Greedy with { MaxTokens = tokens + 1, IgnoreEndOfText = true };
        TimeSpan cpuStart = Environment.CpuUsage.TotalTime;
        TimeSpan cpuFirst = default;
        GenerationSummary? summary = null;
        foreach (var piece in _model.Generate(_prompt, options))
        {
            cpuFirst = cpuFirst == default ? Environment.CpuUsage.TotalTime : cpuFirst;
            summary = piece.Summary ?? summary;
        }

        TimeSpan cpuEnd = Environment.CpuUsage.TotalTime;
        return new Speed(
            _prompt.Length / summary!.TimeToFirstToken.TotalSeconds,
            summary.TokensPerSecond,
            _prompt.Length / (cpuFirst - cpuStart).TotalSeconds,
            tokens / (cpuEnd - cpuFirst).TotalSeconds);
    }

    public void Dispose() => _model.Dispose();
}
