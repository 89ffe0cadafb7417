using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Widening of sixteen codes to floats.</summary>
internal static class CodeLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> First, Vector256<float> Second) Widen(Vector128<sbyte> numbers)
    {
        // One instruction a vector where there is one.
        if (Avx2.IsSupported)
        {
            return (
                Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(numbers)),
                Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Vector128.Create(numbers.GetUpper(), numbers.GetUpper()))));
        }

        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(numbers);
        return (Widen(low), Widen(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen(Vector128<short> numbers)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(numbers);
        return Vector256.ConvertToSingle(Vector256.Create(low, high));
    }
}
