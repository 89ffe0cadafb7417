using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Decoding of stored tensor bytes to float32, bit for bit as ggml does it. Pure and thread-safe.</summary>
internal static class BlockDecoding
{
    // By type: the decoder with vectors, and its scalar twin.
    private static readonly Dictionary<GgufTensorType, (Decoder Vector, Decoder Scalar)> Decoders = Table();

    private delegate void Decoder(ReadOnlySpan<byte> source, Span<float> destination);

    public static IReadOnlyCollection<GgufTensorType> Types => Decoders.Keys;

    public static bool CanDecode(GgufTensorType type) => Decoders.ContainsKey(type);

    /// <summary>Decodes whole blocks.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="source">The blocks, at any alignment.</param>
    /// <param name="destination">One float for each element.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together, or the type is another one.</exception>
    public static void ToFloat32(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        CheckLengths(type, source, destination);
        Decoders[type].Vector(source, destination);
    }

    /// <summary>The same element by element: the reference for <see cref="ToFloat32"/>.</summary>
    /// <inheritdoc cref="ToFloat32"/>
    public static void ToFloat32Scalar(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        CheckLengths(type, source, destination);
        Decoders[type].Scalar(source, destination);
    }

    private static Dictionary<GgufTensorType, (Decoder Vector, Decoder Scalar)> Table()
    {
        var decoders = new Dictionary<GgufTensorType, (Decoder Vector, Decoder Scalar)>
        {
            [GgufTensorType.F32] = Plain(ElementType.Float32),
            [GgufTensorType.F16] = Plain(ElementType.Float16),
            [GgufTensorType.BF16] = Plain(ElementType.BFloat16),
        };
        foreach (BlockCodec codec in BlockCodecs.All)
        {
            decoders.Add(codec.Shape.Type, (codec.Decode, codec.DecodeScalar));
        }

        decoders.Add(GgufTensorType.MXFP4, (MicroscalingDecoding.Decode, MicroscalingDecoding.DecodeScalar));
        return decoders;
    }

    private static (Decoder Vector, Decoder Scalar) Plain(ElementType type) =>
        ((source, destination) => Widening.ToFloat32(type, source, destination),
         (source, destination) => Widening.ToFloat32Scalar(type, source, destination));

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
