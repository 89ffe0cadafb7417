using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>One place that reads a value.</summary>
/// <param name="Scope">The graph that reads.</param>
/// <param name="Node">The node that reads; null: the value is an output of the graph.</param>
/// <param name="Input">Which input of the node, or which output of the graph.</param>
internal readonly record struct ValueUse(GraphIndex Scope, NodeProto? Node, int Input);
