using System.Globalization;
using ModelPack.Packing;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;

namespace ModelPack.Tool.Rendering;

/// <summary>The one line about a packed model.</summary>
internal static class PackSummary
{
    /// <summary>For example <c>qwen3-0.6b 1.19 GB -> 402 MB (2.96x) rtn int4 g32, perplexity 14.21 -> 14.55 (+2.4 %), 1 min 12 s</c>.</summary>
    public static string Of(PackResult packed, TimeSpan took)
    {
        PackManifest manifest = packed.Manifest;
        string ratio = ((double)manifest.Size.SourceBytes / Math.Max(manifest.Size.OutputBytes, 1)).ToString("0.00", CultureInfo.InvariantCulture);
        string time = packed.FromStore ? "from the store" : Units.Duration(took);
        return $"{packed.Name} {Units.Bytes(manifest.Size.SourceBytes)} -> {Units.Bytes(manifest.Size.OutputBytes)} ({ratio}x) {Scheme(manifest)}{Perplexity(manifest.Evaluation)}, {time}";
    }

    private static string Perplexity(ManifestEvaluation? evaluation) => evaluation is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", perplexity {evaluation.ReferencePerplexity} -> {evaluation.Perplexity} ({100 * evaluation.PerplexityIncrease:+0.0#;-0.0#;0} %)");

    // The scheme of most matrices is what the recipe asked for: head, embedding and overrides are few, however large.
    private static string Scheme(PackManifest manifest)
    {
        ManifestWeight? usual = manifest.Weights
            .Where(weight => weight.GroupSize > 0)
            .GroupBy(weight => (weight.Method, weight.Bits, weight.GroupSize, weight.Symmetric))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key.Bits)
            .FirstOrDefault()?.First();
        return usual is null ? (manifest.Weights.FirstOrDefault(weight => weight.Shape[0] > 1)?.Type is { } kept ? $"{manifest.Format} {kept}" : "not quantized")
            : manifest.Recipe.Contains("TargetBitsPerWeight=", StringComparison.Ordinal) || manifest.Recipe.Contains("TargetSize=", StringComparison.Ordinal)
                ? string.Create(CultureInfo.InvariantCulture, $"{usual.Method} mixed {LinearBits(manifest):0.00} bits")
            : usual.Type is { } type ? $"{manifest.Format} {Recipe.ParseCanonical(manifest.Recipe).Type ?? type}"
            : usual.Method is "nf4" or "fp4" ? $"{usual.Method} g{usual.GroupSize}"
            : $"{usual.Method} int{usual.Bits} g{usual.GroupSize}{(usual.Symmetric ? " symmetric" : "")}";
    }

    // The weights that a target spreads its bits over are those of layers; tables have one group of their own.
    private static double LinearBits(PackManifest manifest)
    {
        List<ManifestWeight> linears = [.. manifest.Weights.Where(weight => weight.GroupSize > 0 && weight.Name.Contains("layers.", StringComparison.Ordinal))];
        return 8.0 * linears.Sum(weight => weight.Bytes) / Math.Max(1, linears.Sum(weight => weight.Shape.Aggregate(1.0, (product, extent) => product * extent)));
    }
}
