using System.Globalization;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Evaluation;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>A model with its linear weights in one type, by our encoder and by ggml's.</summary>
internal sealed record BlockFidelityRow(string Model, GgufTensorType Type, bool Weighted, FidelityReport Ours, FidelityReport Ggml)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Model} {Type}{(Weighted ? " importance" : "")}: KL {Ours.KlDivergence.Mean:F6} ± {Ours.KlDivergence.StandardError:F6}, ggml's {Ggml.KlDivergence.Mean:F6} ± {Ggml.KlDivergence.StandardError:F6}; perplexity {Ours.Perplexity:F4}, {Ggml.Perplexity:F4}");
}
