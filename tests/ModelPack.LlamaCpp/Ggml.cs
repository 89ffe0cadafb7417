using System.Runtime.InteropServices;
using ModelPack.LlamaCpp.Native;

namespace ModelPack.LlamaCpp;

/// <summary>ggml's quantizers and decoders, called in this process. Types are ggml's numbers. Thread-safe.</summary>
public static unsafe class Ggml
{
    /// <summary>ggml's name of a type.</summary>
    public static string TypeName(int type) => Marshal.PtrToStringUTF8((nint)Traits(type)->Name)!;

    /// <summary>Elements of a block.</summary>
    public static int BlockElements(int type) => (int)Traits(type)->BlockElements;

    /// <summary>Bytes of a block.</summary>
    public static int BlockBytes(int type) => (int)Traits(type)->BlockBytes;

    /// <summary>Quantizes whole rows.</summary>
    /// <param name="type">The type, one that ggml quantizes to.</param>
    /// <param name="values">Rows one after another.</param>
    /// <param name="columns">Elements of a row, whole blocks.</param>
    /// <param name="importance">One number a column, or empty.</param>
    /// <param name="destination">Exactly the bytes of the rows.</param>
    public static void Quantize(int type, ReadOnlySpan<float> values, int columns, ReadOnlySpan<float> importance, Span<byte> destination)
    {
        NativeLibraries.Use();
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % columns, 0, nameof(columns));
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % BlockElements(type), 0, nameof(columns));
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, RowBytes(type, columns) * (values.Length / columns), nameof(destination));
        if (!importance.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(importance.Length, columns, nameof(importance));
        }

        fixed (float* from = values, weights = importance)
        {
            fixed (byte* to = destination)
            {
                GgmlApi.ggml_quantize_chunk(type, from, to, 0, values.Length / columns, columns, weights);
            }
        }
    }

    /// <inheritdoc cref="Quantize(int, ReadOnlySpan{float}, int, ReadOnlySpan{float}, Span{byte})"/>
    public static byte[] Quantize(int type, ReadOnlySpan<float> values, int columns, ReadOnlySpan<float> importance = default)
    {
        byte[] blocks = new byte[RowBytes(type, columns) * (values.Length / columns)];
        Quantize(type, values, columns, importance, blocks);
        return blocks;
    }

    /// <summary>Decodes whole blocks.</summary>
    public static float[] Dequantize(int type, ReadOnlySpan<byte> blocks)
    {
        var values = new float[blocks.Length / BlockBytes(type) * BlockElements(type)];
        Dequantize(type, blocks, values);
        return values;
    }

    /// <summary>Decodes whole blocks.</summary>
    public static void Dequantize(int type, ReadOnlySpan<byte> blocks, Span<float> values)
    {
        GgmlTypeTraits* traits = Traits(type);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length % BlockBytes(type), 0, nameof(blocks));
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, blocks.Length / BlockBytes(type) * BlockElements(type), nameof(values));
        if (traits->ToFloat is null)
        {
            // F32 needs none.
            blocks.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        fixed (byte* from = blocks)
        {
            fixed (float* to = values)
            {
                traits->ToFloat(from, to, values.Length);
            }
        }
    }

    private static int RowBytes(int type, int columns) => columns / BlockElements(type) * BlockBytes(type);

    private static GgmlTypeTraits* Traits(int type)
    {
        NativeLibraries.Use();
        return GgmlApi.ggml_get_type_traits(type);
    }
}
