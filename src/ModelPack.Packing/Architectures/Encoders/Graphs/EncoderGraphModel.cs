using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>An encoder graph and what belongs into its data file.</summary>
/// <param name="Model">The ONNX model; its large initializers are marked external and have no offsets yet.</param>
/// <param name="Tensors">The external initializers in the order of the model.</param>
internal sealed record EncoderGraphModel(ModelProto Model, IReadOnlyList<EncoderTensor> Tensors);
