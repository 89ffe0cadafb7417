using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Widening of codes to floats.</summary>
internal static class CodeLanes
{
    public static (Vector256<float> First, Vector256<float> Second) Widen(Vector128<sbyte> codes)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(codes);
        return (Widen(low), Widen(high));
    }

    private static Vector256<float> Widen(Vector128<short> codes)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(codes);
        return Vector256.ConvertToSingle(Vector256.Create(low, high));
    }
}
