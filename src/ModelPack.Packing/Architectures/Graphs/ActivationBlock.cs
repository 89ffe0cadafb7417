namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Activation functions, one line each.</summary>
internal static class ActivationBlock
{
    private static readonly Dictionary<Activation, Func<GraphScope, string, string, string>> Nodes = new()
    {
        [Activation.Silu] = (scope, x, output) => scope.Graph.Node("Mul", [x, scope.Graph.Node("Sigmoid", [x], $"{output}/Sigmoid")], output),
        [Activation.Gelu] = (scope, x, output) => scope.Graph.Node("Gelu", [x], output, ("approximate", "none")),
        [Activation.GeluTanh] = (scope, x, output) => scope.Graph.Node("Gelu", [x], output, ("approximate", "tanh")),
        [Activation.Relu] = (scope, x, output) => scope.Graph.Node("Relu", [x], output),
        [Activation.SquaredRelu] = (scope, x, output) =>
        {
            string positive = scope.Graph.Node("Relu", [x], $"{output}/Relu");
            return scope.Graph.Node("Mul", [positive, positive], output);
        },
    };

    /// <summary>Adds activation(x) and returns the name of the result.</summary>
    public static string Add(GraphScope scope, Activation activation, string x, string output) => Nodes[activation](scope, x, output);
}
