using ModelPack.Packing.Evaluation;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>The reference's logits, computed once for all packed models. Owns the model; dispose it.</summary>
internal sealed class RememberedLogits(ILogitSource model) : ILogitSource
{
    private readonly Dictionary<string, float[]> _windows = new(StringComparer.Ordinal);

    public int VocabularySize => model.VocabularySize;

    public void Run(ReadOnlySpan<int> window, Span<float> logits)
    {
        string key = string.Join(' ', window.ToArray());
        if (!_windows.TryGetValue(key, out float[]? known))
        {
            known = new float[window.Length * VocabularySize];
            model.Run(window, known);
            _windows.Add(key, known);
        }

        known.CopyTo(logits);
    }

    public void Dispose() => model.Dispose();
}
