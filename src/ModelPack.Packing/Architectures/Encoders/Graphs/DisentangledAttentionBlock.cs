using ModelPack.Packing.Architectures.Encoders.Weights;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>
/// DeBERTa's attention (arXiv 2006.03654): scores of queries with keys, of queries with distances and of keys with distances,
/// the distances projected by the layer's own key and query projections.
/// </summary>
internal static class DisentangledAttentionBlock
{
    public static string Add(EncoderScope scope, EncoderLayer layer, RelativePositions distances, IReadOnlyList<string> parts, string path)
    {
        string query = Heads(scope, parts[0], false), key = Heads(scope, parts[1], true), value = Heads(scope, parts[2], false);
        string places = DistanceBlock.Numbers(scope, "/distances/places", distance => Place(distances, distance));
        int kinds = 1 + (distances.ContentToPosition ? 1 : 0) + (distances.PositionToContent ? 1 : 0);
        string scores = scope.Node("MatMul", [query, key], $"{path}/scores/content");
        string expanded = kinds == 1 ? string.Empty : scope.Node("Expand", [places, scope.Node("Shape", [scores], $"{path}/scores/shape")], $"{path}/scores/places");
        if (distances.ContentToPosition)
        {
            string all = scope.Node("MatMul", [query, Rows(scope, distances, layer.Key, path)], $"{path}/scores/c2p_all");
            string picked = scope.Node("GatherElements", [all, expanded], $"{path}/scores/c2p", ("axis", -1));
            scores = scope.Node("Add", [scores, picked], $"{path}/scores/with_c2p");
        }

        if (distances.PositionToContent)
        {
            // Row i of a key's scores belongs to query i: picked for keys, then turned round.
            string keys = Heads(scope, parts[1], false, "/rows");
            string all = scope.Node("MatMul", [keys, Rows(scope, distances, layer.Query, path)], $"{path}/scores/p2c_all");
            string turned = scope.Node("Transpose", [expanded], $"{path}/scores/places_by_key", ("perm", new long[] { 0, 1, 3, 2 }));
            string picked = scope.Node("GatherElements", [all, turned], $"{path}/scores/p2c_by_key", ("axis", -1));
            scores = scope.Node("Add", [scores, scope.Node("Transpose", [picked], $"{path}/scores/p2c", ("perm", new long[] { 0, 1, 3, 2 }))], $"{path}/scores/with_p2c");
        }

        string scaled = scope.Node("Mul", [scores, scope.Number(1 / MathF.Sqrt(scope.Encoder.Sizes.HeadSize * kinds))], $"{path}/scores/scaled");
        string weights = scope.Node("Softmax", [scope.Node("Add", [scaled, Mask(scope)], $"{path}/scores/masked")], $"{path}/weights", ("axis", -1));
        string attended = scope.Node("MatMul", [weights, value], $"{path}/attended/heads");
        string back = scope.Node("Transpose", [attended], $"{path}/attended/by_position", ("perm", new long[] { 0, 2, 1, 3 }));
        return scope.Node("Reshape", [back, scope.Vector(0, 0, scope.Encoder.Sizes.Hidden)], $"{path}/attended");
    }

    /// <summary>Row of the table for a distance.</summary>
    private static long Place(RelativePositions distances, int distance)
    {
        int bucket = distances.Buckets > 0 ? DistanceBuckets.OfDeberta(distance, distances.Buckets, distances.Longest) : distance;
        return Math.Clamp(bucket + distances.Span, 0, (2 * distances.Span) - 1);
    }

    /// <summary>[batch, sequence, hidden] to [batch, heads, sequence, head size], or that with the last two turned round.</summary>
    private static string Heads(EncoderScope scope, string x, bool turned, string suffix = "")
    {
        EncoderSizes sizes = scope.Encoder.Sizes;
        string split = $"{x}/split";
        if (!scope.Graph.Contains(split))
        {
            scope.Node("Reshape", [x, scope.Vector(0, 0, sizes.Heads, sizes.HeadSize)], split);
        }

        return scope.Node("Transpose", [split], $"{x}/heads{suffix}", ("perm", turned ? new long[] { 0, 2, 3, 1 } : [0, 2, 1, 3]));
    }

    /// <summary>The table's rows through a projection of the layer, [heads, head size, 2 x span].</summary>
    private static string Rows(EncoderScope scope, RelativePositions distances, Linear projection, string path)
    {
        const string Normed = "/distances/table";
        EncoderSizes sizes = scope.Encoder.Sizes;
        string table = scope.Table(distances.Table);
        if (distances.Norm is Norm norm)
        {
            table = scope.Graph.Contains(Normed) ? Normed : scope.Normed(norm, table, Normed);
        }

        string stem = $"{path}/distances/{(projection.Weight.Role == WeightRole.Key ? "key" : "query")}";
        string rows = scope.Layer(projection, table, stem);
        string split = scope.Node("Reshape", [rows, scope.Vector(0, sizes.Heads, sizes.HeadSize)], $"{stem}/split");
        return scope.Node("Transpose", [split], $"{stem}/heads", ("perm", new long[] { 1, 2, 0 }));
    }

    private static string Mask(EncoderScope scope)
    {
        const string Name = "/mask/bias";
        if (scope.Graph.Contains(Name))
        {
            return Name;
        }

        string padding = scope.Node("Equal", [EncoderGraph.AttentionMask, scope.Scalar(0)], "/mask/padding");
        string bias = scope.Node("Where", [padding, scope.Number(EncoderGraph.Hidden), scope.Number(0)], "/mask/values");
        return scope.Node("Unsqueeze", [bias, scope.Vector(1, 2)], Name);
    }
}
