namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Root mean square norms.</summary>
internal static class NormBlock
{
    /// <summary>Adds x / rms(x) * weight over the last axis.</summary>
    public static string Add(GraphScope scope, DecoderWeight weight, string x, string output) => scope.Graph.Node(
        "SimplifiedLayerNormalization",
        [x, scope.VectorOf(weight.Name, weight)],
        output,
        ("axis", -1),
        ("epsilon", scope.Architecture.NormEpsilon),
        ("stash_type", 1));

    /// <summary>Adds the norm of x + branch; <paramref name="sum"/> names x + branch, or is empty when nobody needs it.</summary>
    public static string AddWithSkip(GraphScope scope, DecoderWeight weight, string x, string branch, string output, string sum)
    {
        string[] outputs = sum.Length == 0 ? [output] : [output, string.Empty, string.Empty, sum];
        scope.Graph.Node("com.microsoft.SkipSimplifiedLayerNormalization", [x, branch, scope.VectorOf(weight.Name, weight)], outputs, ("epsilon", scope.Architecture.NormEpsilon));
        return output;
    }

    /// <summary>Adds a norm of each head of x [batch, sequence, heads * head size].</summary>
    public static string AddPerHead(GraphScope scope, DecoderWeight weight, int heads, string x, string output)
    {
        int headSize = scope.Architecture.HeadSize;
        string split = scope.Graph.Node("Reshape", [x, scope.Vector(0, -1, headSize)], $"{output}/heads");
        string normed = Add(scope, weight, split, $"{output}/normed");
        return scope.Graph.Node("Reshape", [normed, scope.Vector(0, -1, heads * headSize)], output);
    }
}
