using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Element types of initializers that hold scales, offsets and minimums.</summary>
internal static class ScaleTypes
{
    /// <summary>The element type.</summary>
    public static OnnxElementType ToElementType(this ScaleType type) => type == ScaleType.Float32 ? OnnxElementType.Float32 : OnnxElementType.Float16;
}
