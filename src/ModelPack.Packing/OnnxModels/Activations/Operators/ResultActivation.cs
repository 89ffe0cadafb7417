using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>Activations that do nothing but cut a range: codes of what they leave make them superfluous, and ONNX Runtime drops them.</summary>
internal static class ResultActivation
{
    /// <summary>The Relu or Clip that alone reads a value; null where there is none.</summary>
    public static NodeProto? Behind(GraphIndex scope, string value) =>
        scope.UsesOf(value) is [{ Node: { } node, Input: 0 } use] && ReferenceEquals(use.Scope, scope)
        && (node.Is("Relu") || (node.Is("Clip") && node.Input.Skip(1).All(bound => bound.Length == 0 || scope.ConstantOf(bound) is not null)))
            ? node
            : null;
}
