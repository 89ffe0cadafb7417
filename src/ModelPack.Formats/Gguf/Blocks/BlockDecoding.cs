using System.Runtime.CompilerServices;
using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>Decoding of stored tensor bytes to float32, bit for bit as ggml does it. Pure and thread-safe.</summary>
internal static class BlockDecoding
{
    // One line a type: the decoder with vectors, and its scalar twin.
    private static readonly Dictionary<GgufTensorType, (Decoder Vector, Decoder Scalar)> Decoders = new()
    {
        [GgufTensorType.F32] = Plain(ElementType.Float32),
        [GgufTensorType.F16] = Plain(ElementType.Float16),
        [GgufTensorType.BF16] = Plain(ElementType.BFloat16),
        [GgufTensorType.Q4_0] = Blocks<BlockQ4_0>(),
        [GgufTensorType.Q4_1] = Blocks<BlockQ4_1>(),
        [GgufTensorType.Q8_0] = Blocks<BlockQ8_0>(),
    };

    private delegate void Decoder(ReadOnlySpan<byte> source, Span<float> destination);

    public static IReadOnlyCollection<GgufTensorType> Types => Decoders.Keys;

    public static bool CanDecode(GgufTensorType type) => Decoders.ContainsKey(type);

    /// <summary>Decodes whole blocks.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="source">The blocks, at any alignment.</param>
    /// <param name="destination">One float for each element.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
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

    private static void CheckLengths(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (destination.Length % type.ElementsPerBlock() != 0 || source.Length != (long)destination.Length / type.ElementsPerBlock() * type.BytesPerBlock())
        {
            throw new ArgumentException($"{source.Length} bytes are not {destination.Length} elements of {type}.", nameof(source));
        }
    }

    private static (Decoder Vector, Decoder Scalar) Plain(ElementType type) =>
        ((source, destination) => Widening.ToFloat32(type, source, destination),
         (source, destination) => Widening.ToFloat32Scalar(type, source, destination));

    private static (Decoder Vector, Decoder Scalar) Blocks<TBlock>()
        where TBlock : unmanaged, IGgufBlock<TBlock> =>
        Unsafe.SizeOf<TBlock>() == TBlock.Type.BytesPerBlock() && TBlock.Type.ElementsPerBlock() == IGgufBlock<TBlock>.Elements
            ? (BlockLoops.Decode<TBlock>, BlockLoops.DecodeScalar<TBlock>)
            : throw new InvalidOperationException($"{typeof(TBlock).Name} has {Unsafe.SizeOf<TBlock>()} bytes and {TBlock.Type} has {TBlock.Type.BytesPerBlock()}.");
}
