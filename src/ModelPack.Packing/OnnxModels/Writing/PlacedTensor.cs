using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.OnnxModels.Writing;

/// <summary>Where a tensor lies in the data file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Source">Where its values come from; null: they are made while writing.</param>
internal sealed record PlacedTensor(string Name, long Offset, long Length, OnnxTensor? Source);
