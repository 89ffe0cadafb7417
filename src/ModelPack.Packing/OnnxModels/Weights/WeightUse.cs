using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Weights;

/// <summary>An operator that multiplies with a weight, or looks up its rows.</summary>
/// <param name="Scope">The graph that holds the operator.</param>
/// <param name="Node">The operator.</param>
/// <param name="Weight">The weight.</param>
/// <param name="IsTable">True: rows are looked up; false: a product.</param>
internal sealed record WeightUse(GraphIndex Scope, NodeProto Node, OnnxWeight Weight, bool IsTable)
{
    /// <summary>Name of the operator, behind the path of its graph.</summary>
    public string Name => OperatorNames.Of(Scope, Node);
}
