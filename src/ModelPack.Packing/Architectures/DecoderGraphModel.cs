using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.Architectures;

/// <summary>A decoder graph and what belongs into its data file.</summary>
/// <param name="Model">The ONNX model; its large initializers are marked external and have no offsets yet. It belongs to the caller.</param>
/// <param name="Tensors">The external initializers in the order of the model.</param>
public sealed record DecoderGraphModel(ModelProto Model, IReadOnlyList<GraphTensor> Tensors);
