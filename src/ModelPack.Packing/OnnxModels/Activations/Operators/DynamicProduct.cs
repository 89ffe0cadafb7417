using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>
/// MatMul and Gemm as com.microsoft.DynamicQuantizeMatMul: activations become uint8 with one range for the whole tensor while the model runs,
/// weights are int8 with a scale for each output, the bias stays float.
/// </summary>
/// <remarks>
/// Signed weights: the kernel for unsigned ones has no dot product of bytes and is 1.5 to 2 times slower with AVX-512 VNNI. The chain
/// DynamicQuantizeLinear, MatMulInteger, Cast, Mul is fused into the same operator by ONNX Runtime, but without its bias.
/// </remarks>
internal static class DynamicProduct
{
    /// <summary>Name of the form.</summary>
    public const string Form = "DynamicQuantizeMatMul";

    /// <summary>The nodes.</summary>
    public static OperatorPatch Patch(WeightedOperator product, ConstantValues constants, string prefix)
    {
        var patch = new OperatorPatch(prefix);
        ColumnWeights weights = ColumnWeights.Of(product, constants);
        (sbyte[] codes, float[] scales) = weights.Quantize();
        patch.Note(weights.Values, codes, i => scales[i % weights.Outputs], weights.Outputs);
        string weight = patch.Constant<sbyte>("weight", [weights.Inputs, weights.Outputs], codes);
        string scale = patch.Constant<float>("scale", [weights.Outputs], scales);
        string[] inputs = product.Bias is { } bias
            ? [product.Input, weight, scale, string.Empty, patch.Constant<float>("bias", [weights.Outputs], bias)]
            : [product.Input, weight, scale];
        patch.Nodes.Add(NodeAttributes.Make(Form, OperatorDomain.Microsoft, inputs, product.Output));
        patch.Nodes[0].Name = patch.Name(Form);
        return patch;
    }
}
