using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>Where a node stands, the same in every copy of a model: the graph's number among all graphs, outer ones first, and the node's position.</summary>
internal readonly record struct OperatorPlace(int Graph, int Node)
{
    /// <summary>The node in a copy that is not changed yet.</summary>
    public NodeProto In(IReadOnlyList<GraphIndex> graphs) => graphs[Graph].Graph.Node[Node];
}
