using System.Globalization;
using System.Text;
using System.Security.Cryptography;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;
using ModelPack.Quantization;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Codes of the weights of one model: found in the store, or chosen and kept there.</summary>
/// <param name="store">The store.</param>
/// <param name="model">The model.</param>
/// <param name="inputs">Files of the source with their hashes; with a weight's name they stand for its values.</param>
/// <param name="parallel">Cores and cancellation.</param>
internal sealed class MatrixDecisions(PackStore store, OnnxModel model, IReadOnlyList<ManifestFile> inputs, ParallelOptions parallel)
{
    /// <summary>Decides by a method that looks at the weight alone.</summary>
    public QuantizationOutcome Decide(PlannedMatrix matrix)
    {
        string key = KeyOf(matrix, string.Empty);
        if (Find(matrix, key) is { } known)
        {
            return known;
        }

        var rows = new TensorRows(model, matrix.Weight);
        QuantizationOutcome outcome = MatrixQuantizer.Quantize(rows, matrix.Scheme!, QuantizationMethod.RoundToNearest, default, parallel);
        rows.Release();
        MatrixCache.Write(store, key, outcome);
        return outcome;
    }

    /// <summary>A decision in the store; null where it has none.</summary>
    public QuantizationOutcome? Find(PlannedMatrix matrix, string key) => MatrixCache.TryRead(store, key, matrix.Scheme!, matrix.Weight.Rows, matrix.Weight.Columns);

    /// <summary>Keeps a decision.</summary>
    public void Keep(string key, QuantizationOutcome outcome) => MatrixCache.Write(store, key, outcome);

    /// <summary>Key of a decision.</summary>
    /// <param name="matrix">The weight.</param>
    /// <param name="basis">What else decided it: hashes of samples, options; empty: nothing.</param>
    public string KeyOf(PlannedMatrix matrix, string basis)
    {
        ConstantView view = matrix.Weight.View;
        QuantizationScheme scheme = matrix.Scheme!;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"onnx matrix {EngineVersion.Codes} {EngineVersion.OnnxModels}\n{matrix.Weight.Name}\n");
        foreach (ManifestFile file in inputs.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.Sha256} {file.Bytes} {file.Name}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{string.Join(' ', view.Dims)} {string.Join(' ', view.Strides)} {view.Type}\n");
        text.Append(CultureInfo.InvariantCulture, $"{SettingSyntax.Method.Format(matrix.Method)} {scheme.Bits} {scheme.GroupSize} {scheme.Grid}\n{basis}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
