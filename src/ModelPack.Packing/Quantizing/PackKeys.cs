using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Manifests;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Content addresses: SHA-256 over a text that lists everything the content depends on.</summary>
internal static class PackKeys
{
    private static readonly Dictionary<CodeGrid, string> GridNames = new()
    {
        [CodeGrid.Symmetric] = "symmetric",
        [CodeGrid.ZeroPoints] = "asymmetric",
        [CodeGrid.Offsets] = "offsets",
        [CodeGrid.Minimums] = "minimums",
        [CodeGrid.NormalFloat4] = "nf4",
        [CodeGrid.Float4] = "fp4",
    };

    /// <summary>Key of a packed folder.</summary>
    /// <param name="name">Name of the model, which modelpack.json holds.</param>
    /// <param name="recipe">Canonical text of the recipe.</param>
    /// <param name="inputs">Source files by name, with their hashes.</param>
    /// <param name="evaluationText">Hash of the text that the model is measured on; null: none.</param>
    public static string OfModel(string name, string recipe, IEnumerable<ManifestFile> inputs, string? evaluationText)
    {
        var text = new StringBuilder();
        text.Append("model ").Append(EngineVersion.Folder).Append(' ').Append(EngineVersion.Codes).Append(' ').Append(EngineVersion.Package).Append('\n');
        text.Append("name ").Append(name).Append('\n').Append(recipe).Append('\n');
        foreach (ManifestFile file in inputs.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            text.Append(file.Sha256).Append(' ').Append(file.Bytes).Append(' ').Append(file.Name).Append('\n');
        }

        if (evaluationText is not null)
        {
            text.Append("evaluation ").Append(evaluationText).Append('\n');
        }

        return Hash(text);
    }

    /// <summary>Key of one quantized matrix.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="scheme">How it is stored.</param>
    /// <param name="method">How the codes are chosen.</param>
    /// <param name="importance">Hash of the importances of the inputs; empty when all count the same.</param>
    /// <param name="fileHash">Hash of the checkpoint file that holds it.</param>
    /// <param name="byteOffset">Where its tensor begins in that file: with the file's hash it stands for the tensor's bytes.</param>
    public static string OfMatrix(DecoderWeight weight, QuantizationScheme scheme, string method, string importance, string fileHash, long byteOffset)
    {
        var text = new StringBuilder();
        text.Append("matrix ").Append(EngineVersion.Codes).Append('\n');
        text.Append(fileHash).Append(' ').Append(byteOffset).Append(' ').Append(weight.FirstRow).Append(' ').Append(weight.Rows).Append(' ').Append(weight.Columns);
        text.Append(' ').Append(weight.SourceType).Append('\n');
        AppendView(text, weight);
        text.Append(method).Append(' ').Append(scheme.Bits).Append(' ').Append(scheme.GroupSize).Append(' ').Append(GridNames[scheme.Grid]).Append('\n');
        if (importance.Length > 0)
        {
            text.Append("importance ").Append(importance).Append('\n');
        }

        return Hash(text);
    }

    /// <summary>Key of one quantized tensor of a GGUF file.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="type">Its type.</param>
    /// <param name="order">The order of its rows.</param>
    /// <param name="importance">Hash of the importances of the inputs; empty when all count the same.</param>
    /// <param name="fileHash">Hash of the checkpoint file that holds it.</param>
    /// <param name="byteOffset">Where its tensor begins in that file.</param>
    public static string OfTensor(DecoderWeight weight, string type, string order, string importance, string fileHash, long byteOffset)
    {
        var text = new StringBuilder();
        text.Append("tensor ").Append(EngineVersion.Blocks).Append('\n');
        text.Append(fileHash).Append(' ').Append(byteOffset).Append(' ').Append(weight.FirstRow).Append(' ').Append(weight.Rows).Append(' ').Append(weight.Columns);
        text.Append(' ').Append(weight.SourceType).Append('\n').Append(type).Append(' ').Append(order).Append('\n');
        AppendView(text, weight);
        text.Append("importance ").Append(importance).Append('\n');
        return Hash(text);
    }

    /// <summary>What stands for the file of a weight that an adapter was merged into.</summary>
    /// <param name="fileHash">Hash of the checkpoint file that holds the base's weight.</param>
    /// <param name="adapter">The adapter's files.</param>
    public static string OfMergedFile(string fileHash, IEnumerable<ManifestFile> adapter)
    {
        var text = new StringBuilder();
        text.Append("merged ").Append(EngineVersion.Codes).Append(' ').Append(fileHash).Append('\n');
        foreach (ManifestFile file in adapter)
        {
            text.Append(file.Sha256).Append('\n');
        }

        return Hash(text);
    }

    private static void AppendView(StringBuilder text, DecoderWeight weight)
    {
        if (weight.View is WeightView view)
        {
            text.Append(CultureInfo.InvariantCulture, $"view {view.Start} {view.BlockRows} {view.BlockStride} {view.RowStride} {view.ColumnStride}\n");
        }
    }

    private static string Hash(StringBuilder text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
}
