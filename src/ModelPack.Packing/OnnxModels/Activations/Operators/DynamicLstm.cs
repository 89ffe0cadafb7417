using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>LSTM as com.microsoft.DynamicQuantizeLSTM: int8 weights with a scale for each gate row, inputs and states uint8 while the model runs.</summary>
internal static class DynamicLstm
{
    /// <summary>Name of the form.</summary>
    public const string Form = "DynamicQuantizeLSTM";

    /// <summary>Why a layer cannot be taken; null when it can.</summary>
    public static string? Refused(WeightedOperator layer, ConstantValues constants) => layer.Node switch
    {
        { } node when node.Int("layout", 0) != 0 => "its batch comes first",
        { } node when constants.Floats(layer.Scope, node.InputOrEmpty(2)) is null => "its recurrent weight is no constant",
        _ => null,
    };

    /// <summary>The nodes.</summary>
    public static OperatorPatch Patch(WeightedOperator layer, ConstantValues constants, string prefix)
    {
        var patch = new OperatorPatch(prefix);
        (string Weight, string Scale, string Zero) input = Quantize(patch, "input_", constants.Floats(layer.Scope, layer.Node.Input[1])!.Value);
        (string Weight, string Scale, string Zero) state = Quantize(patch, "state_", constants.Floats(layer.Scope, layer.Node.Input[2])!.Value);
        var node = new NodeProto { OpType = Form, Domain = OperatorDomain.Microsoft, Name = patch.Name(Form) };
        node.Input.AddRange(
        [
            layer.Input, input.Weight, state.Weight, .. Enumerable.Range(3, 5).Select(layer.Node.InputOrEmpty), input.Scale, input.Zero, state.Scale, state.Zero,
        ]);
        node.Output.AddRange(layer.Node.Output);
        node.Attribute.AddRange(layer.Node.Attribute.Where(attribute => attribute.Name != "layout").Select(attribute => attribute.Clone()));
        patch.Nodes.Add(node);
        return patch;
    }

    // [directions, 4 hidden, inputs] in float becomes [directions, inputs, 4 hidden] in int8.
    private static (string Weight, string Scale, string Zero) Quantize(OperatorPatch patch, string part, (long[] Dims, float[] Values) weight)
    {
        int directions = (int)weight.Dims[0], rows = (int)weight.Dims[1], inputs = (int)weight.Dims[2];
        var codes = new sbyte[weight.Values.Length];
        var scales = new float[directions * rows];
        var row = new sbyte[inputs];
        for (int r = 0; r < scales.Length; r++)
        {
            scales[r] = ChannelQuantizer.Quantize(weight.Values.AsSpan(r * inputs, inputs), row);
            for (int k = 0; k < inputs; k++)
            {
                codes[(((r / rows * inputs) + k) * rows) + (r % rows)] = row[k];
            }
        }

        var sourceOrder = new sbyte[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            int r = i / inputs;
            sourceOrder[i] = codes[(((r / rows * inputs) + (i % inputs)) * rows) + (r % rows)];
        }

        patch.Note(weight.Values, sourceOrder, i => scales[i / inputs], scales.Length);
        return (
            patch.Constant<sbyte>(part + "weight", [directions, inputs, rows], codes),
            patch.Constant<float>(part + "scale", [directions, rows], scales),
            patch.Constant<sbyte>(part + "zero_point", [directions, rows], new sbyte[scales.Length]));
    }
}
