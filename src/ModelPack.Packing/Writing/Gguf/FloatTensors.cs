using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>float32 to the float types of GGUF tensors, rounded to the nearest value.</summary>
internal static class FloatTensors
{
    private static readonly Dictionary<GgufTensorType, OnnxElementType> SameInOnnx = new()
    {
        [GgufTensorType.F32] = OnnxElementType.Float32, [GgufTensorType.F16] = OnnxElementType.Float16,
    };

    /// <summary>Writes values in another type and returns the bytes used.</summary>
    /// <exception cref="ModelPackException">MPK1407: a finite value has no float16.</exception>
    public static int Write(IWeightRows rows, GgufTensorType type, ReadOnlySpan<float> values, Span<byte> destination)
    {
        if (SameInOnnx.TryGetValue(type, out OnnxElementType same))
        {
            return FloatEncoding.Write(rows.Name, rows.File, values, same, destination);
        }

        Span<ushort> upper = MemoryMarshal.Cast<byte, ushort>(destination);
        for (int i = 0; i < values.Length; i++)
        {
            // Half a unit of the last kept bit, less one where that bit is 0: to the nearest, ties to even.
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            upper[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        return values.Length * sizeof(ushort);
    }
}
