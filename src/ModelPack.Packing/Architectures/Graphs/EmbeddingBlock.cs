using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The embedding table and what follows it before the first layer.</summary>
internal static class EmbeddingBlock
{
    /// <summary>Adds the stream of token ids [batch, sequence] and returns it, [batch, sequence, hidden].</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="ids">Token ids.</param>
    /// <param name="sequence">Where the ids stand in their sequence; null: at its beginning, without padding.</param>
    /// <param name="output">Name of the result.</param>
    public static string Add(GraphScope scope, string ids, SequenceBlock? sequence, string output)
    {
        EmbeddingWeights weights = scope.Architecture.Embedding;
        EmbeddingStyle style = scope.Architecture.Family.Embedding;
        float scale = style.ScaleIsRootOfWidth ? MathF.Sqrt(scope.Architecture.HiddenSize) : style.Scale;
        string x = scope.Scaled(LookUp(scope, weights.Table, ids, $"{output}/found"), scale, $"{output}/scaled");
        if (weights.Projection is { } projection)
        {
            x = LinearBlock.Add(scope, projection.Module, $"{output}/projected", x, projection);
        }

        if (weights.Positions is { } positions)
        {
            string rows = sequence?.Positions() ?? SequenceBlock.FirstPositions(scope, ids);
            string shifted = style.PositionOffset == 0 ? rows : scope.Graph.Node("Add", [rows, scope.Scalar(style.PositionOffset!.Value)], $"{output}/position_rows");
            x = scope.Graph.Node("Add", [x, Float(scope, positions, shifted, $"{output}/positions")], $"{output}/placed");
        }

        return weights.Norm is null ? x : NormBlock.Add(scope, weights.Norm, x, $"{output}/normed");
    }

    private static string LookUp(GraphScope scope, DecoderWeight table, string ids, string output) => scope.StorageOf(table) is WeightStorage.Quantized quantized
        ? Quantized(scope, table, quantized.Scheme, ids, output)
        : Float(scope, table, ids, output);

    /// <summary>Rows are cast after they are picked: a Cast of the whole table would be folded into a copy of it.</summary>
    private static string Float(GraphScope scope, DecoderWeight table, string ids, string output)
    {
        OnnxElementType type = FloatStorage.Common([table], scope.StorageOf);
        string matrix = scope.Declare(FloatStorage.Tensor(table.Name, type, [table.Rows, table.Columns], [table]));
        return scope.ToActivation(scope.Graph.Node("Gather", [matrix, ids], output, ("axis", 0)), type);
    }

    private static string Quantized(GraphScope scope, DecoderWeight table, QuantizationScheme scheme, string ids, string output)
    {
        if (scheme.Grid is not (CodeGrid.Symmetric or CodeGrid.ZeroPoints or CodeGrid.Minimums))
        {
            throw new ArgumentException($"{table.Name} is looked up row by row, which no operator can do on the grid {scheme.Grid}.", nameof(scheme));
        }

        var tensors = new QuantizedTensors(table.Name[..table.Name.LastIndexOf('.')], scheme, [table]);
        string scales = scope.ToActivation(scope.Declare(tensors.Scales), scheme.ScaleType.ToElementType());
        string rows = scope.Declare(tensors.CodeRows);
        string? zeroPoints = tensors.ZeroPoints is GraphTensor stored ? scope.Declare(stored) : null;
        if (scheme.Grid == CodeGrid.Minimums)
        {
            string minimums = scope.ToActivation(zeroPoints!, scheme.ScaleType.ToElementType());
            return WithMinimums(scope, new QuantizedOperands(scheme, table.Rows, table.Columns, rows, scales, minimums, scope.ActivationType), ids, output);
        }

        string[] inputs = zeroPoints is null ? [rows, ids, scales] : [rows, ids, scales, zeroPoints];
        bool padded = table.Columns % scheme.GroupSize != 0;
        string found = LookUp(scope, scheme, inputs, padded ? $"{output}/padded" : output);
        return padded ? scope.Graph.Node("Slice", [found, scope.Vector(0), scope.Vector(table.Columns), scope.Vector(-1)], output) : found;
    }

    /// <summary>The operator knows whole zero points only: each group's offset is looked up beside it and added.</summary>
    private static string WithMinimums(GraphScope scope, QuantizedOperands table, string ids, string output)
    {
        int groups = table.Scheme.GroupsPerRow(table.Columns);
        if (table.PaddedColumns != table.Columns)
        {
            throw new ArgumentException($"Rows of {table.Columns} are no whole groups of {table.Scheme.GroupSize}.", nameof(table));
        }

        string steps = LookUp(scope, table.Scheme, [table.Codes, ids, table.Scales], $"{output}/steps");
        string offsets = scope.Graph.Node("Gather", [GroupOffsets.Of(scope.Graph, table), ids], $"{output}/offsets", ("axis", 0));
        string column = scope.Graph.Node("Unsqueeze", [offsets, scope.Vector(-1)], $"{output}/offset_columns");
        string split = scope.Graph.Node("Reshape", [steps, scope.Vector(0, 0, groups, table.Scheme.GroupSize)], $"{output}/groups");
        return scope.Graph.Node("Reshape", [scope.Graph.Node("Add", [split, column], $"{output}/values"), scope.Vector(0, 0, table.Columns)], output);
    }

    private static string LookUp(GraphScope scope, QuantizationScheme scheme, ReadOnlySpan<string> inputs, string output) => scope.Graph.Node(
        "com.microsoft.GatherBlockQuantized",
        inputs,
        output,
        ("bits", scheme.Bits),
        ("block_size", scheme.GroupSize),
        ("gather_axis", 0),
        ("quantize_axis", 1));
}
