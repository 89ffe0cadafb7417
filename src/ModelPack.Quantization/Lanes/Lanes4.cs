using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Quantization.Lanes;

/// <summary>Four lanes of a 128-bit vector.</summary>
internal readonly struct Lanes4 : ILanes<Vector128<float>>
{
    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Create(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref readonly float start, int offset) => Vector128.LoadUnsafe(in start, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float start, int offset) => value.StoreUnsafe(ref start, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWords(Vector128<float> low, Vector128<float> high, ref uint start) =>
        (Vector128.ConvertToInt32Native(low) | (Vector128.ConvertToInt32Native(high) << 16)).AsUInt32().StoreUnsafe(ref start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<float> value, ref byte start)
    {
        Vector128<ushort> words = Vector128.Narrow(Vector128.ConvertToInt32Native(value).AsUInt32(), Vector128<uint>.Zero);
        Unsafe.WriteUnaligned(ref start, Vector128.Narrow(words, words).AsUInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Lookup(ref readonly float table, Vector128<float> index)
    {
        Vector128<int> at = Vector128.ConvertToInt32Native(index), within = at & Vector128.Create(3);
        Vector128<float> result = Vector128.Shuffle(Vector128.LoadUnsafe(in table), within);
        for (int quarter = 1; quarter < 4; quarter++)
        {
            Vector128<int> here = Vector128.Equals(at >> 2, Vector128.Create(quarter));
            result = Vector128.ConditionalSelect(here.AsSingle(), Vector128.Shuffle(Vector128.LoadUnsafe(in table, (nuint)(4 * quarter)), within), result);
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SquareRoot(Vector128<float> value) => Vector128.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => Vector128.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Round(Vector128<float> value) => Vector128.Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PowerOfTwoReciprocal(Vector128<float> value) => (Vector128.Create(FloatExponents.ReciprocalSum) - Vector128.Min(
        value.AsInt32() & Vector128.Create(FloatExponents.Mask), Vector128.Create(FloatExponents.Largest))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SelectGreater(Vector128<float> a, Vector128<float> b, Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), x, y);
}
