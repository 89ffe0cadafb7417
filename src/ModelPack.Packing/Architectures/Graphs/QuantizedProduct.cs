using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Products with quantized matrices, one construction for each grid.</summary>
internal static class QuantizedProduct
{
    // MatMulBnb4's quant_type.
    private static readonly Dictionary<CodeGrid, int> FloatTypes = new() { [CodeGrid.Float4] = 0, [CodeGrid.NormalFloat4] = 1 };

    /// <summary>Adds x W^T and returns the name of the result.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="accuracyLevel">accuracy_level of MatMulNBits.</param>
    /// <param name="x">Input [batch, sequence, columns].</param>
    /// <param name="output">Name of the result.</param>
    public static string Add(OnnxGraphBuilder graph, QuantizedOperands matrix, int accuracyLevel, string x, string output) => matrix.Scheme.Grid switch
    {
        CodeGrid.Symmetric => Integers(graph, matrix, accuracyLevel, [x, matrix.Codes, matrix.Scales], output),
        CodeGrid.ZeroPoints => Integers(graph, matrix, accuracyLevel, [x, matrix.Codes, matrix.Scales, matrix.ZeroPoints!], output),
        CodeGrid.Offsets or CodeGrid.Minimums => WithOffsets(graph, matrix, accuracyLevel, x, output),
        _ => Floats(graph, matrix, x, output),
    };

    private static string Integers(OnnxGraphBuilder graph, QuantizedOperands matrix, int accuracyLevel, ReadOnlySpan<string> inputs, string output) => graph.Node(
        "com.microsoft.MatMulNBits",
        inputs,
        output,
        ("K", matrix.Columns),
        ("N", matrix.Rows),
        ("bits", matrix.Scheme.Bits),
        ("block_size", matrix.Scheme.GroupSize),
        ("accuracy_level", accuracyLevel));

    /// <summary>
    /// The offset of a group meets the sum of the group's inputs: sums x offsets^T. MatMulNBits would take zero points that are floats, but then
    /// leaves its packed kernels and is a hundred times slower.
    /// </summary>
    private static string WithOffsets(OnnxGraphBuilder graph, QuantizedOperands matrix, int accuracyLevel, string x, string output)
    {
        string product = Integers(graph, matrix, accuracyLevel, [x, matrix.Codes, matrix.Scales], $"{output}/MatMulNBits");
        string offset = graph.Node("com.microsoft.FusedMatMul", [GroupSums(graph, matrix, x), GroupOffsets.Of(graph, matrix)], $"{output}/offset", ("transB", 1));
        return graph.Node("Add", [product, offset], output);
    }

    /// <summary>Sums over the groups of the input, once for all matrices that read it.</summary>
    private static string GroupSums(OnnxGraphBuilder graph, QuantizedOperands matrix, string x)
    {
        int size = matrix.Scheme.GroupSize;
        string sums = $"{x}/sums_of_{size}";
        if (graph.Contains(sums))
        {
            return sums;
        }

        string groups = graph.Node("Reshape", [Padded(graph, matrix, x), graph.Int64s(0, 0, matrix.PaddedColumns / size, size)], $"{x}/groups_of_{size}");
        return graph.Node("ReduceSum", [groups, graph.Int64s(-1)], sums, ("keepdims", 0));
    }

    /// <summary>MatMulBnb4 sees one long row of groups, so that rows are stored filled up and the input gets zeros for what was filled in.</summary>
    private static string Floats(OnnxGraphBuilder graph, QuantizedOperands matrix, string x, string output) => graph.Node(
        "com.microsoft.MatMulBnb4",
        [Padded(graph, matrix, x), matrix.Codes, matrix.Scales],
        output,
        ("K", matrix.PaddedColumns),
        ("N", matrix.Rows),
        ("block_size", matrix.Scheme.GroupSize),
        ("quant_type", FloatTypes[matrix.Scheme.Grid]));

    private static string Padded(OnnxGraphBuilder graph, QuantizedOperands matrix, string x)
    {
        if (matrix.PaddedColumns == matrix.Columns)
        {
            return x;
        }

        string padded = $"{x}/padded_to_{matrix.PaddedColumns}";
        return graph.Contains(padded) ? padded : graph.Node("Pad", [x, graph.Int64s(0, matrix.PaddedColumns - matrix.Columns), string.Empty, graph.Int64s(-1)], padded);
    }
}
