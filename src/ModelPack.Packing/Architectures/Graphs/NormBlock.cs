using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Norms, one operator each.</summary>
internal static class NormBlock
{
    /// <summary>Adds the norm of the last axis of x.</summary>
    public static string Add(GraphScope scope, Norm norm, string x, string output) => Add(scope, norm, x, output, Factors(scope, norm));

    /// <summary>Adds the norm of x + branch; <paramref name="sum"/> names x + branch, or is empty when nobody needs it.</summary>
    public static string AddWithSkip(GraphScope scope, Norm norm, string x, string branch, string output, string sum)
    {
        string[] outputs = sum.Length == 0 ? [output] : [output, string.Empty, string.Empty, sum];
        string op = norm.Kind == NormKind.Layer ? "com.microsoft.SkipLayerNormalization" : "com.microsoft.SkipSimplifiedLayerNormalization";
        string[] weights = norm.Bias is null ? [Factors(scope, norm)] : [Factors(scope, norm), scope.VectorOf(norm.Bias.Name, norm.Bias)];
        scope.Graph.Node(op, [x, branch, .. weights], outputs, ("epsilon", norm.Epsilon));
        return output;
    }

    /// <summary>Adds the norm of queries or keys x [batch, sequence, heads * head size]: of each head, or of the whole projection.</summary>
    public static string AddToHeads(GraphScope scope, Norm norm, int heads, string x, string output)
    {
        int width = heads * scope.Architecture.HeadSize;
        if (norm.Width == width)
        {
            return Add(scope, norm, x, output);
        }

        string split = scope.Graph.Node("Reshape", [x, scope.Vector(0, -1, norm.Width)], $"{output}/heads");
        bool shared = norm.Factors.Sum(factor => factor.ElementCount) == norm.Width;
        string normed = Add(scope, norm, split, $"{output}/normed", shared ? Factors(scope, norm) : Ones(scope, norm.Width));
        string joined = scope.Graph.Node("Reshape", [normed, scope.Vector(0, -1, width)], shared ? output : $"{output}/joined");
        return shared ? joined : scope.Graph.Node("Mul", [joined, Factors(scope, norm)], output);
    }

    private static string Add(GraphScope scope, Norm norm, string x, string output, string factors)
    {
        string[] inputs = norm.Bias is null ? [x, factors] : [x, factors, scope.VectorOf(norm.Bias.Name, norm.Bias)];
        string op = norm.Kind == NormKind.Layer ? "LayerNormalization" : "SimplifiedLayerNormalization";
        return scope.Graph.Node(op, inputs, output, ("axis", -1), ("epsilon", norm.Epsilon), ("stash_type", 1));
    }

    private static string Factors(GraphScope scope, Norm norm) => norm.Factors.Count == 0
        ? Ones(scope, norm.Width)
        : scope.VectorOf($"{norm.Module}.weight", [.. norm.Factors]);

    private static string Ones(GraphScope scope, int width) => scope.Constant($"ones[{width}]", [width], [.. Enumerable.Repeat(1f, width)]);
}
