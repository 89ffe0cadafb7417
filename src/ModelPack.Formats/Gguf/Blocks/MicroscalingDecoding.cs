using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Decoding of <see cref="BlockMXFP4"/>; every product is exact, or rounded once where it is subnormal or infinite.</summary>
internal static class MicroscalingDecoding
{
    /// <summary>Decodes whole blocks.</summary>
    public static void Decode(ReadOnlySpan<byte> source, Span<float> destination)
    {
        Span<byte> codes = stackalloc byte[BlockMXFP4.Elements];
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(BlockMXFP4.DoubledValues));
        ref float to = ref MemoryMarshal.GetReference(destination);
        foreach (ref BlockMXFP4 block in Cast(source))
        {
            codes.Clear();
            block.Unpack(ref codes[0]);
            Vector256<float> scale = Vector256.Create(block.HalfScale);
            for (int i = 0; i < BlockMXFP4.Elements; i += Vector128<byte>.Count)
            {
                (Vector256<float> first, Vector256<float> second) = CodeLanes.Widen(Vector128.Shuffle(table, Vector128.LoadUnsafe(ref codes[i]).AsSByte()));
                (scale * first).StoreUnsafe(ref to, (nuint)i);
                (scale * second).StoreUnsafe(ref to, (nuint)(i + Vector256<float>.Count));
            }

            to = ref Unsafe.Add(ref to, BlockMXFP4.Elements);
        }
    }

    /// <summary>Element by element: the reference for <see cref="Decode"/>.</summary>
    public static void DecodeScalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        Span<BlockMXFP4> blocks = Cast(source);
        for (int i = 0; i < destination.Length; i++)
        {
            ref BlockMXFP4 block = ref blocks[i / BlockMXFP4.Elements];
            destination[i] = block.HalfScale * BlockMXFP4.DoubledValues[block.Code(i % BlockMXFP4.Elements)];
        }
    }

    // Nothing that is read is written to.
    private static Span<BlockMXFP4> Cast(ReadOnlySpan<byte> source) =>
        MemoryMarshal.Cast<byte, BlockMXFP4>(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(source), source.Length));
}
