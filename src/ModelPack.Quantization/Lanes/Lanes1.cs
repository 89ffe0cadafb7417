using System.Runtime.CompilerServices;

namespace ModelPack.Quantization.Lanes;

/// <summary>One lane: the scalar reference.</summary>
internal readonly struct Lanes1 : ILanes<float>
{
    public static int Width => 1;

    public static float Create(float value) => value;

    public static float Load(ref readonly float start, int offset) => Unsafe.Add(ref Unsafe.AsRef(in start), offset);

    public static void Store(float value, ref float start, int offset) => Unsafe.Add(ref start, offset) = value;

    public static void StoreWords(float low, float high, ref uint start) => start = (uint)(int)low | ((uint)(int)high << 16);

    public static void StoreBytes(float value, ref byte start) => start = (byte)(int)value;

    public static float Lookup(ref readonly float table, float index) => Unsafe.Add(ref Unsafe.AsRef(in table), (int)index);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float Divide(float a, float b) => a / b;

    public static float SquareRoot(float value) => MathF.Sqrt(value);

    public static float Min(float a, float b) => a < b ? a : b;

    public static float Max(float a, float b) => a > b ? a : b;

    public static float Round(float value) => MathF.Round(value);

    public static float PowerOfTwoReciprocal(float value) => BitConverter.Int32BitsToSingle(
        FloatExponents.ReciprocalSum - Math.Min(BitConverter.SingleToInt32Bits(value) & FloatExponents.Mask, FloatExponents.Largest));

    public static float SelectGreater(float a, float b, float x, float y) => a > b ? x : y;
}
