using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Walks over the blocks of a tensor.</summary>
internal static class BlockLoops
{
    public static void Decode<TBlock>(ReadOnlySpan<byte> source, Span<float> destination)
        where TBlock : unmanaged, IGgufBlock<TBlock>
    {
        ReadOnlySpan<TBlock> blocks = MemoryMarshal.Cast<byte, TBlock>(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        foreach (ref readonly TBlock block in blocks)
        {
            (Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) = TBlock.Values(in block);
            a.StoreUnsafe(ref to);
            b.StoreUnsafe(ref to, 8);
            c.StoreUnsafe(ref to, 16);
            d.StoreUnsafe(ref to, 24);
            to = ref Unsafe.Add(ref to, IGgufBlock<TBlock>.Elements);
        }
    }

    public static void DecodeScalar<TBlock>(ReadOnlySpan<byte> source, Span<float> destination)
        where TBlock : unmanaged, IGgufBlock<TBlock>
    {
        ReadOnlySpan<TBlock> blocks = MemoryMarshal.Cast<byte, TBlock>(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = TBlock.Value(in blocks[i / IGgufBlock<TBlock>.Elements], i % IGgufBlock<TBlock>.Elements);
        }
    }
}
