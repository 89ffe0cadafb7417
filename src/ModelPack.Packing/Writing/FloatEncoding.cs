using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Writing;

/// <summary>float32 to the float types of initializers.</summary>
internal static class FloatEncoding
{
    /// <summary>Writes values in another type and returns the bytes used.</summary>
    /// <exception cref="ModelPackException">MPK1407: a finite value has no float16.</exception>
    public static int Write(string name, string file, ReadOnlySpan<float> values, OnnxElementType type, Span<byte> destination)
    {
        switch (type)
        {
            case OnnxElementType.Float32:
                MemoryMarshal.AsBytes(values).CopyTo(destination);
                return values.Length * sizeof(float);
            case OnnxElementType.BFloat16:
                Span<ushort> upper = MemoryMarshal.Cast<byte, ushort>(destination);
                for (int i = 0; i < values.Length; i++)
                {
                    // Only values that come from bfloat16 are stored as such: their lower halves are zero.
                    upper[i] = (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16);
                }

                return values.Length * sizeof(ushort);
            case OnnxElementType.Float16:
                Span<Half> halves = MemoryMarshal.Cast<byte, Half>(destination);
                for (int i = 0; i < values.Length; i++)
                {
                    halves[i] = (Half)values[i];
                    if (!Half.IsFinite(halves[i]))
                    {
                        throw new ModelPackException(
                            SourceErrors.TooLargeForHalf,
                            $"{file}: tensor {name} holds {values[i]:g6}, which float16 cannot hold; quantize it, or pack for Target 'cpu'.");
                    }
                }

                return values.Length * 2;
            default:
                throw new InvalidOperationException($"Weights are not stored as {type}.");
        }
    }
}
