using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Widening of codes to floats.</summary>
internal static class CodeLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Widen(Vector128<short> numbers)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(numbers);
        return Vector256.ConvertToSingle(Vector256.Create(low, high));
    }
}
