using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Decoding of stored tensor bytes to float32, bit for bit as ggml does it. Pure and thread-safe.</summary>
internal static class BlockDecoding
{
    private static readonly Dictionary<GgufTensorType, ElementType> PlainTypes = new()
    {
        [GgufTensorType.F32] = ElementType.Float32,
        [GgufTensorType.F16] = ElementType.Float16,
        [GgufTensorType.BF16] = ElementType.BFloat16,
    };

    public static IReadOnlyCollection<GgufTensorType> Types { get; } = [.. PlainTypes.Keys, .. BlockCodecs.Types];

    public static bool CanDecode(GgufTensorType type) => PlainTypes.ContainsKey(type) || BlockCodecs.Find(type) is not null;

    /// <summary>Decodes whole blocks.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="source">The blocks, at any alignment.</param>
    /// <param name="destination">One float for each element.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together, or the type is another one.</exception>
    public static void ToFloat32(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        CheckLengths(type, source, destination);
        if (PlainTypes.TryGetValue(type, out ElementType plain))
        {
            Widening.ToFloat32(plain, source, destination);
        }
        else
        {
            BlockCodecs.Find(type)!.Decode(source, destination);
        }
    }

    /// <summary>The same element by element: the reference for <see cref="ToFloat32"/>.</summary>
    /// <inheritdoc cref="ToFloat32"/>
    public static void ToFloat32Scalar(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        CheckLengths(type, source, destination);
        if (PlainTypes.TryGetValue(type, out ElementType plain))
        {
            Widening.ToFloat32Scalar(plain, source, destination);
        }
        else
        {
            BlockCodecs.Find(type)!.DecodeScalar(source, destination);
        }
    }

    private static void CheckLengths(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (!CanDecode(type))
        {
            throw new ArgumentException($"{type} is not decoded.", nameof(type));
        }

        if (destination.Length % type.ElementsPerBlock() != 0 || source.Length != (long)destination.Length / type.ElementsPerBlock() * type.BytesPerBlock())
        {
            throw new ArgumentException($"{source.Length} bytes are not {destination.Length} elements of {type}.", nameof(source));
        }
    }
}
