using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>A block of 32 elements as it lies in the file. Products and sums are rounded one by one, in ggml's order, so that values are ggml's bit for bit.</summary>
internal interface IGgufBlock<TSelf>
    where TSelf : unmanaged, IGgufBlock<TSelf>
{
    /// <summary>Elements of each such block.</summary>
    public const int Elements = 32;

    static abstract GgufTensorType Type { get; }

    /// <summary>The value of one element: the reference.</summary>
    static abstract float Value(in TSelf block, int element);

    /// <summary>All values at once: elements 0 to 7, 8 to 15, 16 to 23, 24 to 31.</summary>
    static abstract (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Values(in TSelf block);
}
