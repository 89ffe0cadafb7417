namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// Adds x A^T B^T to a product: the low-rank sum of an adapter, whose factors are optional inputs of the graph. They are initializers of
/// rank 0, so that a run without an adapter adds zeros and reads nothing.
/// </summary>
internal static class LowRankBlock
{
    /// <summary>True when a weight takes a low-rank sum.</summary>
    public static bool Has(GraphScope scope, DecoderWeight weight) => scope.Options.LowRankWeights.Contains(weight.Name);

    /// <summary>Adds the sums of layers that share their input and are one product.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="product">The product, their rows joined.</param>
    /// <param name="x">Input [batch, sequence, columns].</param>
    /// <param name="weights">The weights in the order of their rows.</param>
    /// <param name="output">Name of the result.</param>
    public static string Add(GraphScope scope, string product, string x, ReadOnlySpan<DecoderWeight> weights, string output)
    {
        var sums = new string[weights.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = Sum(scope, x, weights[i]);
        }

        string sum = sums.Length == 1 ? sums[0] : scope.Graph.Node("Concat", sums, $"{output}/lora", ("axis", -1));
        return scope.Graph.Node("Add", [product, sum], output);
    }

    private static string Sum(GraphScope scope, string x, DecoderWeight weight)
    {
        string a = DecoderGraph.LowRankA(weight.Name), b = DecoderGraph.LowRankB(weight.Name);

        // A name of its own for every rank: ranks of different modules may differ.
        string rank = $"{a}/rank";
        scope.Graph.OptionalInput(a, scope.ActivationType, [weight.Columns, rank], [weight.Columns, 0]);
        scope.Graph.OptionalInput(b, scope.ActivationType, [rank, weight.Rows], [0, weight.Rows]);
        return scope.Graph.Node("MatMul", [scope.Graph.Node("MatMul", [x, a], $"{a}/product"), b], $"{b}/product");
    }
}
