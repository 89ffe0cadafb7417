using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.OnnxModels.Activations.Probing;

/// <summary>A value inside a model.</summary>
/// <param name="Graph">Number of the graph that gives it, outer ones first.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Type">Element type.</param>
internal readonly record struct ProbedValue(int Graph, string Name, OnnxElementType Type = OnnxElementType.Float32);
