using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>
/// An operator whose weight is int8 codes behind DequantizeLinear. Between dequantized activations and, for a convolution, a quantized
/// result, ONNX Runtime makes QLinearConv, QGemm, QLinearMatMul or MatMulIntegerToFloat of it.
/// </summary>
/// <param name="nodes">The form of the model's operator set.</param>
/// <param name="constants">Values of the model.</param>
internal sealed class StaticOperator(QuantizeNodes nodes, ConstantValues constants)
{
    /// <summary>True when the result has to be quantized too: there is no integer convolution with float results.</summary>
    public static bool QuantizesResult(WeightedOperator op) => op.Node.OpType == "Conv";

    /// <summary>What ONNX Runtime makes of it.</summary>
    public static string FormOf(WeightedOperator op) => op.Node.OpType switch
    {
        "Conv" => "QLinearConv",
        "Gemm" => "QGemm",
        _ => "MatMulIntegerToFloat",
    };

    /// <summary>The nodes between the activations and the result before Relu or Clip.</summary>
    /// <param name="input">Name of the dequantized activations.</param>
    /// <param name="activations">Their scale.</param>
    /// <param name="choice">What to add to its biases, and by what to multiply its weights.</param>
    /// <param name="prefix">Beginning of new names.</param>
    public OperatorPatch Core(StaticChoice choice, string input, AffineScale activations, string prefix)
    {
        WeightedOperator op = choice.Operator;
        float[] correction = choice.Correction;
        var patch = new OperatorPatch(prefix);
        float[]? bias = op.Bias;
        if (correction.Length > 0)
        {
            bias = bias is null ? [.. correction] : [.. bias];
            for (int i = 0; op.Bias is not null && i < bias.Length; i++)
            {
                bias[i] += correction[i];
            }
        }

        switch (op.Node.OpType)
        {
            case "Conv":
                Convolution(patch, choice, input, activations.Scale, bias);
                break;
            case "Gemm":
                Product(patch, choice, input, activations.Scale, bias);
                break;
            default:
                MatrixProduct(patch, choice, input, activations.Scale, bias);
                break;
        }

        for (int i = 0; i < patch.Nodes.Count; i++)
        {
            patch.Nodes[i].Name = patch.Name($"{patch.Nodes[i].OpType}/{i}");
        }

        return patch;
    }

    private void Convolution(OperatorPatch patch, StaticChoice choice, string input, float activationScale, float[]? bias)
    {
        WeightedOperator op = choice.Operator;
        (long[] dims, float[] values) = constants.Floats(op.Scope, op.Node.Input[1])!.Value;
        if (choice.Smoothed is { } smoothed)
        {
            int inputs = (int)dims[1], kernel = values.Length / (int)(dims[0] * dims[1]);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= smoothed.Factors[i / kernel % inputs];
            }
        }

        ConvolutionWeights weights = ConvolutionWeights.Quantize(dims, values, channel => bias is null ? 0 : BiasQuantizer.LeastWeightScale(bias[channel], activationScale));
        patch.Note(values, weights.Codes, i => weights.Scales[i / (values.Length / weights.Scales.Length)], weights.Scales.Length);
        string weight = Weight(patch, dims, weights.Codes, weights.Scales, axis: 0);
        string[] operands = bias is null ? [input, weight] : [input, weight, Bias(patch, bias, activationScale, weights.Scales)];
        patch.Nodes.Add(Same(op.Node, operands, op.Node.Output[0]));
    }

    private void Product(OperatorPatch patch, StaticChoice choice, string input, float activationScale, float[]? bias)
    {
        WeightedOperator op = choice.Operator;
        ColumnWeights weights = Weights(choice);
        (sbyte[] codes, float[] scales) = weights.Quantize(column => bias is null ? 0 : BiasQuantizer.LeastWeightScale(bias[column], activationScale));
        patch.Note(weights.Values, codes, i => scales[i % weights.Outputs], weights.Outputs);
        string weight = Weight(patch, [weights.Inputs, weights.Outputs], codes, scales, axis: 1);
        string[] inputs = bias is null ? [input, weight] : [input, weight, Bias(patch, bias, activationScale, scales)];
        patch.Nodes.Add(NodeAttributes.Make("Gemm", string.Empty, inputs, op.Node.Output[0]));
    }

    // A MatMul stays one: ONNX Runtime itself makes a Gemm of it with its bias where the shapes are known, and wants the bias in codes then.
    private void MatrixProduct(OperatorPatch patch, StaticChoice choice, string input, float activationScale, float[]? bias)
    {
        WeightedOperator op = choice.Operator;
        ColumnWeights weights = Weights(choice);
        (sbyte[] codes, float[] scales) = weights.Quantize(column => bias is null ? 0 : BiasQuantizer.LeastWeightScale(bias[column], activationScale));
        patch.Note(weights.Values, codes, i => scales[i % weights.Outputs], weights.Outputs);
        string weight = Weight(patch, [weights.Inputs, weights.Outputs], codes, scales, axis: 1);
        if (bias is null)
        {
            patch.Nodes.Add(NodeAttributes.Make("MatMul", string.Empty, [input, weight], op.Output));
            return;
        }

        string product = patch.Name("product");
        patch.Nodes.Add(NodeAttributes.Make("MatMul", string.Empty, [input, weight], product));
        patch.Nodes.Add(NodeAttributes.Make("Add", string.Empty, [product, Bias(patch, bias, activationScale, scales)], op.Output));
    }

    private ColumnWeights Weights(StaticChoice choice)
    {
        ColumnWeights weights = ColumnWeights.Of(choice.Operator, constants);
        return choice.Smoothed is { } smoothed ? weights.Scaled(smoothed.Factors) : weights;
    }

    private string Weight(OperatorPatch patch, ReadOnlySpan<long> dims, sbyte[] codes, float[] scales, int axis)
    {
        string weight = patch.Name("weight");
        patch.Nodes.Add(nodes.DequantizeWeight(
            patch.Constant<sbyte>("weight_codes", dims, codes),
            patch.Constant<float>("weight_scale", [scales.Length], scales),
            patch.Constant<sbyte>("weight_zero_point", [scales.Length], new sbyte[scales.Length]),
            axis,
            weight));
        return weight;
    }

    private string Bias(OperatorPatch patch, float[] bias, float activationScale, float[] weightScales)
    {
        var codes = new int[bias.Length];
        BiasQuantizer.Quantize(bias, activationScale, weightScales, codes);
        string value = patch.Name("bias");
        patch.Nodes.Add(nodes.DequantizeWeight(
            patch.Constant<int>("bias_codes", [bias.Length], codes),
            patch.Constant<float>("bias_scale", [bias.Length], Array.ConvertAll(weightScales, scale => scale * activationScale)),
            patch.Constant<int>("bias_zero_point", [bias.Length], new int[bias.Length]),
            axis: 0,
            value));
        return value;
    }

    private static NodeProto Same(NodeProto node, string[] inputs, string output)
    {
        NodeProto same = node.Clone();
        same.Input.Clear();
        same.Input.AddRange(inputs);
        same.Output.Clear();
        same.Output.Add(output);
        return same;
    }
}
