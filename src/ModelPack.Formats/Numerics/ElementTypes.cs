namespace ModelPack.Formats.Numerics;

/// <summary>Facts about <see cref="ElementType"/> values. Pure and thread-safe.</summary>
public static class ElementTypes
{
    private static readonly byte[] Sizes = [1, 1, 1, 2, 2, 4, 4, 8, 8, 2, 2, 4, 8, 1, 1];

    /// <summary>Bytes of one element: 1, 2, 4 or 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a defined value.</exception>
    public static int SizeInBytes(this ElementType type) =>
        (uint)type < (uint)Sizes.Length ? Sizes[(int)type] : throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type.");

    /// <summary>True for the floating-point types.</summary>
    public static bool IsFloatingPoint(this ElementType type) => type >= ElementType.Float16;
}
