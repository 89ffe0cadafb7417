using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>QuantizeLinear and DequantizeLinear, in the form that a model's operator set has.</summary>
/// <param name="operatorSet">Version of the standard's operators.</param>
internal sealed class QuantizeNodes(long operatorSet)
{
    // Scales along an axis came with operator set 13; ONNX Runtime's own operators of these names have them for any.
    private readonly string _domain = operatorSet >= 13 ? string.Empty : OperatorDomain.Microsoft;

    /// <summary>A value as uint8 codes.</summary>
    public NodeProto Quantize(string value, string scale, string zeroPoint, string codes) => NodeAttributes.Make("QuantizeLinear", _domain, [value, scale, zeroPoint], codes);

    /// <summary>Codes as a value.</summary>
    public NodeProto Dequantize(string codes, string scale, string zeroPoint, string value) => NodeAttributes.Make("DequantizeLinear", _domain, [codes, scale, zeroPoint], value);

    /// <summary>Codes of a weight with a scale for each entry of an axis, around zero.</summary>
    public NodeProto DequantizeWeight(string codes, string scales, string zeroPoints, int axis, string value) =>
        NodeAttributes.Make("DequantizeLinear", _domain, [codes, scales, zeroPoints], value, ("axis", axis));

    /// <summary>Adds a value's way through its codes and back.</summary>
    /// <returns>The two nodes; the second gives <paramref name="result"/>.</returns>
    public NodeProto[] RoundTrip(OperatorPatch patch, string part, string value, AffineScale scale, string result)
    {
        string step = patch.Constant<float>(part + "scale", [], [scale.Scale]), zero = patch.Constant<byte>(part + "zero_point", [], [(byte)scale.ZeroPoint]);
        string codes = patch.Name(part + "codes");
        NodeProto[] nodes = [Quantize(value, step, zero, codes), Dequantize(codes, step, zero, result)];
        // The value that it gives may have the name of a node that gave it before.
        nodes[1].Name = patch.Name(part + "dequantize");
        return nodes;
    }
}
