using System.Security.Cryptography;
using System.Text;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.Calibration;

/// <summary>Content addresses of statistics and of decisions that depend on earlier decisions.</summary>
internal static class CalibrationKeys
{
    /// <summary>Key of a model run on calibration rows: weights, configuration and ids.</summary>
    public static string OfModel(PackJob job, CalibrationRows rows) => Hash($"rows {rows.Hash} {OfWeights(job)}\n");

    /// <summary>Key of a model's weights and configuration.</summary>
    public static string OfWeights(PackJob job)
    {
        var text = new StringBuilder();
        text.Append("calibration ").Append(EngineVersion.Calibration).Append('\n');
        foreach (ManifestFile file in job.Inputs.Where(DecidesActivations).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            text.Append(file.Sha256).Append(' ').Append(file.Name).Append('\n');
        }

        foreach (ManifestFile file in job.MergedFiles)
        {
            text.Append("merged ").Append(file.Sha256).Append('\n');
        }

        return Hash(text.ToString());
    }

    /// <summary>Key of a model with products of some device; the processor's kernels give the same bits everywhere and add nothing.</summary>
    public static string OfProducts(string model, string? device) => device is null ? model : Hash($"products {model} {device}\n");

    /// <summary>Key of the float stream at a boundary between blocks.</summary>
    public static string OfFloatStream(string model, int boundary) => Hash($"float stream {model} {boundary}\n");

    /// <summary>Key of the quantized stream before a block: everything decided so far.</summary>
    public static string OfQuantizedStream(string chain) => Hash($"quantized stream {chain}\n");

    /// <summary>Key of a decision that follows from the ones before it.</summary>
    /// <param name="chain">What was decided before.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="how">Scheme, method and its parts.</param>
    public static string OfDecision(string chain, DecoderWeight weight, string how) => Hash($"decision {EngineVersion.Codes} {chain} {weight.Name} {how}\n");

    /// <summary>The chain after some decisions.</summary>
    public static string Extend(string chain, IEnumerable<string> decisions) => Hash($"chain {chain}\n{string.Join('\n', decisions)}\n");

    /// <summary>Key of anything else that follows from a model and a text that says what.</summary>
    public static string Of(string model, string what) => Hash($"{what} {EngineVersion.Codes} {model}\n");

    private static bool DecidesActivations(ManifestFile file) => file.Name.EndsWith(".safetensors", StringComparison.Ordinal) || file.Name == "config.json";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
