using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Writing;

/// <summary>Where a part of a weight lies.</summary>
/// <param name="Kind">What its bytes are.</param>
/// <param name="Type">Element type of the initializer.</param>
/// <param name="Offset">First byte in the data file.</param>
internal sealed record PartPlace(PartKind Kind, OnnxElementType Type, long Offset);
