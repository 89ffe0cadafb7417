using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Linear layers: a product with a quantized matrix, or with the float matrix as the checkpoint stores it.</summary>
internal static class LinearBlock
{
    /// <summary>True when the layers, which share their input, are stored alike and can be one product with joined rows.</summary>
    public static bool CanJoin(GraphScope scope, params ReadOnlySpan<Linear> layers)
    {
        WeightStorage first = scope.StorageOf(layers[0].Weight);
        foreach (Linear layer in layers)
        {
            if (scope.StorageOf(layer.Weight) != first || (layer.Bias is null) != (layers[0].Bias is null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds x W^T + b and returns the name of the result.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="module">Name of the module, the stem of the initializers' names.</param>
    /// <param name="output">Name of the result.</param>
    /// <param name="x">Input [batch, sequence, columns].</param>
    /// <param name="layers">One layer, or several that <see cref="CanJoin"/> allows.</param>
    public static string Add(GraphScope scope, string module, string output, string x, params ReadOnlySpan<Linear> layers)
    {
        var weights = new DecoderWeight[layers.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = layers[i].Weight;
        }

        // Where one layer takes a low-rank sum, those that are joined with it take theirs too.
        bool lowRank = false;
        foreach (DecoderWeight weight in weights)
        {
            lowRank |= LowRankBlock.Has(scope, weight);
        }

        string total = layers[0].Bias is null ? output : $"{output}/MatMul";
        string product = lowRank ? $"{output}/base" : total;
        if (scope.StorageOf(weights[0]) is WeightStorage.Quantized quantized)
        {
            Quantized(scope, new QuantizedTensors(module, quantized.Scheme, weights), quantized.Scheme, weights[0].Columns, x, product);
        }
        else
        {
            Float(scope, module, weights, x, product);
        }

        if (lowRank)
        {
            LowRankBlock.Add(scope, product, x, weights, total);
        }

        if (layers[0].Bias is null)
        {
            return output;
        }

        var biases = new DecoderWeight[layers.Length];
        for (int i = 0; i < biases.Length; i++)
        {
            biases[i] = layers[i].Bias!;
        }

        return scope.Graph.Node("Add", [total, scope.VectorOf($"{module}.bias", biases)], output);
    }

    private static void Quantized(GraphScope scope, QuantizedTensors tensors, QuantizationScheme scheme, int columns, string x, string output)
    {
        // A tied table that the embedding has declared already lies in the data file once.
        string rows = tensors.CodeRows.InitializerName;
        string codes = scope.Declare(tensors.Codes with { SameBytesAs = scope.Graph.Contains(rows) ? rows : null });
        string scales = scope.ToActivation(scope.Declare(tensors.Scales), scheme.ScaleType.ToElementType());
        string? zeroPoints = tensors.ZeroPoints is GraphTensor stored ? scope.Declare(stored) : null;
        if (scheme.Grid is CodeGrid.Offsets or CodeGrid.Minimums)
        {
            zeroPoints = scope.ToActivation(zeroPoints!, scheme.ScaleType.ToElementType());
        }

        QuantizedProduct.Add(scope.Graph, new QuantizedOperands(scheme, tensors.Rows, columns, codes, scales, zeroPoints, scope.ActivationType), scope.Options.AccuracyLevel, x, output);
    }

    /// <summary>FusedMatMul multiplies with the transpose, so that the rows of the checkpoint are written as they are.</summary>
    private static void Float(GraphScope scope, string module, ReadOnlySpan<DecoderWeight> weights, string x, string output)
    {
        OnnxElementType type = FloatStorage.Common(weights, scope.StorageOf);
        long rows = FloatStorage.Elements(weights) / weights[0].Columns;
        string matrix = scope.ToActivation(scope.Declare(FloatStorage.Tensor($"{module}.weight", type, [rows, weights[0].Columns], weights)), type);
        scope.Graph.Node("com.microsoft.FusedMatMul", [x, matrix], output, ("transB", 1));
    }
}
