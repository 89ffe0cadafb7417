using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>Names of operators for people: many files leave them out.</summary>
internal static class OperatorNames
{
    /// <summary>The node's name, or that of its first result, behind the path of its graph.</summary>
    public static string Of(GraphIndex scope, NodeProto node) =>
        scope.Path + (node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(output => output.Length > 0) ?? node.OpType);
}
