using System.Runtime.CompilerServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>Values of Constant nodes. Pure.</summary>
internal static class ConstantNode
{
    // Attributes that hold a short value of their own are turned into a tensor once, so that a value keeps its identity.
    private static readonly ConditionalWeakTable<AttributeProto, TensorProto> Short = [];

    /// <summary>The tensor of a Constant node; null for other nodes, and for text and sparse values.</summary>
    public static TensorProto? ValueOf(NodeProto node)
    {
        if (node.OpType != "Constant" || !OperatorDomain.IsStandard(node.Domain))
        {
            return null;
        }

        foreach (AttributeProto attribute in node.Attribute)
        {
            // In a function body the value may be a reference to what the call gives.
            TensorProto? value = attribute.HasRefAttrName ? null : attribute.Name switch
            {
                "value" => attribute.T,
                "value_float" or "value_floats" or "value_int" or "value_ints" => Short.GetValue(attribute, Tensor),
                _ => null,
            };
            if (value is not null)
            {
                return value;
            }
        }

        return null;
    }

    private static TensorProto Tensor(AttributeProto attribute) => attribute.Name switch
    {
        "value_float" => OnnxGraphBuilder.Tensor<float>([], [attribute.F]),
        "value_floats" => OnnxGraphBuilder.Tensor<float>([attribute.Floats.Count], attribute.Floats.ToArray()),
        "value_int" => OnnxGraphBuilder.Tensor<long>([], [attribute.I]),
        _ => OnnxGraphBuilder.Tensor<long>([attribute.Ints.Count], attribute.Ints.ToArray()),
    };
}
