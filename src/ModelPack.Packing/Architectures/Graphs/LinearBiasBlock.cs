using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// Attention with linear biases (arXiv 2108.12409): head h adds slope h times the position of the key to a score. The paper
/// takes the distance to the query instead, which differs by the same number for all keys and so goes out in the softmax.
/// </summary>
internal static class LinearBiasBlock
{
    private const string Path = "/linear_bias";

    /// <summary>Adds the biases [1, heads, sequence, total], once for all layers.</summary>
    public static string Add(GraphScope scope, SequenceBlock sequence)
    {
        if (scope.Graph.Contains(Path))
        {
            return Path;
        }

        int heads = scope.Architecture.Heads;
        string total = scope.Graph.Node("Cast", [sequence.Total], $"{Path}/total", ("to", (int)OnnxElementType.Int64));
        string keys = scope.Graph.Node("Range", [scope.Scalar(0), scope.Graph.Node("Squeeze", [total], $"{Path}/total_scalar"), scope.Scalar(1)], $"{Path}/keys_int64");
        string positions = scope.Graph.Node("Cast", [keys], $"{Path}/keys", ("to", (int)scope.ActivationType));
        string slopes = scope.Constant("slopes", [1, heads, 1, 1], Slopes(heads));
        string biases = scope.Graph.Node("Mul", [slopes, positions], $"{Path}/row");
        string shape = scope.Graph.Node("Concat", [scope.Vector(1), scope.Vector(heads), sequence.Length, total], $"{Path}/shape", ("axis", 0));
        return scope.Graph.Node("Expand", [biases, shape], Path);
    }

    /// <summary>2^(-8 i / n) for i = 1..n where n is a power of two; further heads take every other slope of twice as many.</summary>
    private static float[] Slopes(int heads)
    {
        int power = 1 << (int)Math.Floor(Math.Log2(heads));
        return
        [
            .. Enumerable.Range(1, power).Select(i => (float)Math.Pow(2, -8.0 * i / power)),
            .. Enumerable.Range(0, heads - power).Select(i => (float)Math.Pow(2, -4.0 * ((2 * i) + 1) / power)),
        ];
    }
}
