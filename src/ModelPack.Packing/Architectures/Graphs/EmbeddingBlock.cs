using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The embedding table.</summary>
internal static class EmbeddingBlock
{
    /// <summary>Adds the look-up of token ids [batch, sequence] and returns the hidden states [batch, sequence, hidden].</summary>
    public static string Add(GraphScope scope, DecoderWeight table, string ids, string output) => scope.StorageOf(table) is WeightStorage.Quantized quantized
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
        if (scheme.Grid is not (CodeGrid.Symmetric or CodeGrid.ZeroPoints))
        {
            throw new ArgumentException($"{table.Name} is looked up row by row, which no operator can do on the grid {scheme.Grid}.", nameof(scheme));
        }

        var tensors = new QuantizedTensors(table.Name[..table.Name.LastIndexOf('.')], scheme, [table]);
        string scales = scope.ToActivation(scope.Declare(tensors.Scales), OnnxElementType.Float16);
        string rows = scope.Declare(tensors.CodeRows);
        string[] inputs = tensors.ZeroPoints is GraphTensor zeroPoints ? [rows, ids, scales, scope.Declare(zeroPoints)] : [rows, ids, scales];
        bool padded = table.Columns % scheme.GroupSize != 0;
        string found = scope.Graph.Node(
            "com.microsoft.GatherBlockQuantized",
            inputs,
            padded ? $"{output}/padded" : output,
            ("bits", scheme.Bits),
            ("block_size", scheme.GroupSize),
            ("gather_axis", 0),
            ("quantize_axis", 1));
        return padded ? scope.Graph.Node("Slice", [found, scope.Vector(0), scope.Vector(table.Columns), scope.Vector(-1)], output) : found;
    }
}
