using ModelPack.Formats.Gguf;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures;

/// <summary>How a graph stores one weight. Immutable.</summary>
public abstract record WeightStorage
{
    private WeightStorage()
    {
    }

    /// <summary>Element type of a weight that is not quantized; uint8 for codes.</summary>
    public abstract OnnxElementType ElementType { get; }

    /// <summary>
    /// The smallest storage that keeps every value of the source: what it is stored as in the checkpoint, where ONNX Runtime
    /// can widen that when it loads the model, else float32.
    /// </summary>
    public static WeightStorage Lossless(ElementType source) => source switch
    {
        Formats.Numerics.ElementType.Float16 => new Float16(),
        Formats.Numerics.ElementType.BFloat16 => new BFloat16(),
        _ => new Float32(),
    };

    /// <summary>32-bit floats.</summary>
    public sealed record Float32 : WeightStorage
    {
        /// <inheritdoc/>
        public override OnnxElementType ElementType => OnnxElementType.Float32;
    }

    /// <summary>16-bit IEEE floats.</summary>
    public sealed record Float16 : WeightStorage
    {
        /// <inheritdoc/>
        public override OnnxElementType ElementType => OnnxElementType.Float16;
    }

    /// <summary>Upper halves of 32-bit floats; cast when the model is loaded, since almost no operator computes in them on the CPU.</summary>
    public sealed record BFloat16 : WeightStorage
    {
        /// <inheritdoc/>
        public override OnnxElementType ElementType => OnnxElementType.BFloat16;
    }

    /// <summary>Blocks of a GGUF type; no graph has them.</summary>
    /// <param name="Type">The type.</param>
    public sealed record Blocks(GgufTensorType Type) : WeightStorage
    {
        /// <inheritdoc/>
        public override OnnxElementType ElementType => OnnxElementType.UInt8;
    }

    /// <summary>Codes, scales and zero points.</summary>
    /// <param name="Scheme">Bits, group size, grid.</param>
    public sealed record Quantized(QuantizationScheme Scheme) : WeightStorage
    {
        /// <inheritdoc/>
        public override OnnxElementType ElementType => OnnxElementType.UInt8;
    }
}
