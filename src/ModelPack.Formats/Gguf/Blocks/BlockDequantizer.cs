using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>
/// From codes to values. The scale is first multiplied by the sub-scale, then by the code; the product of the minimum is rounded by itself and
/// then subtracted (added, in blocks without sub-blocks): ggml's order, so that values are ggml's bit for bit.
/// </summary>
internal static class BlockDequantizer<TBlock>
    where TBlock : unmanaged, IGgufBlock<TBlock>
{
    private const int MostElements = 256;
    private const int MostSubBlocks = 16;

    private static int SubBlockElements => TBlock.SubBlocks == 0 ? TBlock.Elements : TBlock.Elements / TBlock.SubBlocks;

    /// <summary>The value of one element: the reference.</summary>
    public static float Value(ref TBlock block, int element)
    {
        int code = TBlock.Code(ref block, element);
        int number = TBlock.Table.IsEmpty ? code - TBlock.MiddleCode : TBlock.Table[code];
        float scale = (float)TBlock.Scale(ref block);
        if (TBlock.SubBlocks == 0)
        {
            return TBlock.HasMinimums ? (scale * number) + (float)TBlock.Minimum(ref block) : scale * number;
        }

        (int subScale, int subMinimum) = TBlock.SubScale(ref block, element / SubBlockElements);
        float product = scale * subScale * number;
        return TBlock.HasMinimums ? product - ((float)TBlock.Minimum(ref block) * subMinimum) : product;
    }

    /// <summary>All values of a block.</summary>
    [SkipLocalsInit]
    public static void Decode(ref TBlock block, ref float destination)
    {
        Unsafe.SkipInit(out BlockBuffer buffer);
        ref byte codes = ref buffer.Codes[0];
        MemoryMarshal.CreateSpan(ref codes, TBlock.Elements).Clear();
        TBlock.Unpack(ref block, ref codes);
        float scale = (float)TBlock.Scale(ref block);
        float minimum = TBlock.HasMinimums ? (float)TBlock.Minimum(ref block) : 0;
        if (TBlock.SubBlocks == 0)
        {
            Scale(ref codes, scale, minimum, ref destination);
            return;
        }

        TBlock.UnpackSubScales(ref block, ref buffer.SubScales[0], ref buffer.SubMinimums[0]);
        for (int i = 0; i < TBlock.SubBlocks; i++)
        {
            // x - y and x + (-y) are the same number.
            Scale(
                ref Unsafe.Add(ref codes, i * SubBlockElements),
                scale * buffer.SubScales[i],
                TBlock.HasMinimums ? -(minimum * buffer.SubMinimums[i]) : 0,
                ref Unsafe.Add(ref destination, i * SubBlockElements));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(ref byte codes, float scale, float minimum, ref float destination)
    {
        Vector256<float> scales = Vector256.Create(scale);
        Vector256<float> minimums = Vector256.Create(minimum);
        for (int i = 0; i < SubBlockElements; i += Vector128<byte>.Count)
        {
            Vector128<byte> sixteen = Vector128.LoadUnsafe(ref codes, (nuint)i);
            Vector128<sbyte> numbers = TBlock.Table.IsEmpty
                ? (sixteen - Vector128.Create((byte)TBlock.MiddleCode)).AsSByte()
                : Vector128.Shuffle(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(TBlock.Table)), sixteen.AsSByte());
            (Vector256<float> first, Vector256<float> second) = CodeLanes.Widen(numbers);
            (TBlock.HasMinimums ? (scales * first) + minimums : scales * first).StoreUnsafe(ref destination, (nuint)i);
            (TBlock.HasMinimums ? (scales * second) + minimums : scales * second).StoreUnsafe(ref destination, (nuint)(i + Vector256<float>.Count));
        }
    }

    private struct BlockBuffer
    {
        public CodeBuffer Codes;
        public SubScaleBuffer SubScales;
        public SubMinimumBuffer SubMinimums;
    }

    [InlineArray(MostElements)]
    private struct CodeBuffer
    {
        private byte _first;
    }

    [InlineArray(MostSubBlocks)]
    private struct SubScaleBuffer
    {
        private sbyte _first;
    }

    [InlineArray(MostSubBlocks)]
    private struct SubMinimumBuffer
    {
        private byte _first;
    }
}
