using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Rows of 32 bytes, the unit in which the bits of blocks of 256 are laid out.</summary>
internal static class Rows
{
    public const int Length = 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ref byte start, int row) => Vector256.LoadUnsafe(ref start, (nuint)(row * Length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> value, ref byte start, int row) => value.StoreUnsafe(ref start, (nuint)(row * Length));

    /// <summary>Sets bits that are zero before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector256<byte> bits, ref byte start, int row) => Store(Load(ref start, row) | bits, ref start, row);

    /// <summary>Bits of every byte from <paramref name="from"/> on, moved down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Bits(Vector256<byte> bytes, int from, int mask) => (bytes >>> from) & Vector256.Create((byte)mask);
}
