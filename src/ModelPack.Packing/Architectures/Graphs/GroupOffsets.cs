using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>What is added to scale * (code - 2^(bits - 1)) in each group.</summary>
internal static class GroupOffsets
{
    /// <summary>
    /// Name of the offsets [rows, groups] in the type of the activations. Minimums are stored as they are; what lies between them and the middle
    /// code follows from the scales, and ONNX Runtime computes it once, when it loads the model.
    /// </summary>
    public static string Of(OnnxGraphBuilder graph, QuantizedOperands matrix)
    {
        string stored = matrix.ZeroPoints!;
        int steps = matrix.Scheme.MiddleCode - matrix.Scheme.LowestCode;
        if (matrix.Scheme.Grid != CodeGrid.Minimums || steps == 0)
        {
            return stored;
        }

        string offsets = $"{stored}/at_middle";
        return graph.Contains(offsets)
            ? offsets
            : graph.Node("Add", [stored, graph.Node("Mul", [matrix.Scales, Steps(graph, matrix.Activations, steps)], $"{stored}/below_middle")], offsets);
    }

    private static string Steps(OnnxGraphBuilder graph, OnnxElementType type, int steps)
    {
        string name = $"/constants/steps/{steps}";
        return graph.Contains(name) ? name
            : type == OnnxElementType.Float16 ? graph.Initializer<Half>(name, [], [(Half)steps])
            : graph.Initializer<float>(name, [], [steps]);
    }
}
