using ModelPack.Packing.Architectures.Encoders.Weights;
using ModelPack.Packing.Architectures.Rope;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>Attention of every position to every other, up to the projection of its output.</summary>
internal static class EncoderAttentionBlock
{
    /// <summary>Adds it.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="layer">Its weights.</param>
    /// <param name="x">Input [batch, sequence, hidden].</param>
    /// <param name="path">Stem of the names of values.</param>
    public static string Add(EncoderScope scope, EncoderLayer layer, string x, string path)
    {
        string module = $"{layer.Module}attention.qkv";
        string joined = scope.Product(module, x, $"{path}/qkv", layer.Query, layer.Key, layer.Value);
        string? bias = scope.Biases(module, layer.Query, layer.Key, layer.Value);
        if (bias is not null && (layer.Rope is not null || scope.Encoder.Distances is not null))
        {
            joined = scope.Node("Add", [joined, bias], $"{path}/qkv/biased");
            bias = null;
        }

        string[] parts = [$"{path}/query", $"{path}/key", $"{path}/value"];
        scope.Graph.Node("Split", [joined], parts, ("axis", -1), ("num_outputs", 3));
        if (scope.Encoder.Distances is RelativePositions distances)
        {
            return DisentangledAttentionBlock.Add(scope, layer, distances, parts, path);
        }

        if (layer.Rope is RopeParameters rope)
        {
            parts[0] = Rotate(scope, rope, parts[0]);
            parts[1] = Rotate(scope, rope, parts[1]);
        }

        string mask = Mask(scope);
        string scores = layer.Window is int side ? DistanceBlock.Window(scope, side) : scope.Encoder.RelativeBias is DecoderWeight table ? RelativeBias(scope, table) : string.Empty;
        string[] inputs = scores.Length > 0 ? [.. parts, bias ?? string.Empty, mask, scores] : [.. parts, bias ?? string.Empty, mask];
        return scope.Node("com.microsoft.MultiHeadAttention", inputs, $"{path}/attended", ("num_heads", scope.Encoder.Sizes.Heads));
    }

    private static string Mask(EncoderScope scope)
    {
        const string Name = "/mask";
        return scope.Graph.Contains(Name) ? Name : scope.Node("Cast", [EncoderGraph.AttentionMask], Name, ("to", (int)Formats.Onnx.OnnxElementType.Int32));
    }

    private static string RelativeBias(EncoderScope scope, DecoderWeight table)
    {
        const string Name = "/relative_bias";
        if (scope.Graph.Contains(Name))
        {
            return Name;
        }

        string buckets = DistanceBlock.Numbers(scope, $"{Name}/buckets", distance => DistanceBuckets.OfT5(distance, table.Rows));
        string found = scope.Node("Gather", [scope.Table(table), buckets], $"{Name}/found", ("axis", 0));
        return scope.Node("Unsqueeze", [scope.Node("Transpose", [found], $"{Name}/by_head", ("perm", new long[] { 2, 0, 1 })), scope.Vector(0)], Name);
    }

    private static string Rotate(EncoderScope scope, RopeParameters rope, string x)
    {
        int positions = scope.Encoder.MaxTokens;
        string stem = $"/rope/{rope.Settings!.Theta.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}";
        string cosines = scope.Constant($"{stem}/cos", [positions, rope.Dimension / 2], () => RopeCache.Cosines(rope, positions));
        string sines = scope.Constant($"{stem}/sin", [positions, rope.Dimension / 2], () => RopeCache.Sines(rope, positions));
        return scope.Node("com.microsoft.RotaryEmbedding", [x, scope.Vector(0), cosines, sines], $"{x}/rotated", ("interleaved", rope.Interleaved ? 1 : 0));
    }
}
