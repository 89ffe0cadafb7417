using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Runtime.Sessions;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Utf8Name">The name as the C API wants it.</param>
internal sealed record TensorSlot(string Name, TensorElementType Type, byte[] Utf8Name)
{
    private static readonly Dictionary<TensorElementType, int> Sizes = new()
    {
        [TensorElementType.Int8] = 1,
        [TensorElementType.UInt8] = 1,
        [TensorElementType.Float16] = 2,
        [TensorElementType.BFloat16] = 2,
        [TensorElementType.Int32] = 4,
        [TensorElementType.Float] = 4,
        [TensorElementType.Int64] = 8,
    };

    /// <summary>Creates the slot.</summary>
    public TensorSlot(string name, TensorElementType type)
        : this(name, type, OrtApi.ZeroTerminated(name))
    {
    }

    /// <summary>Bytes of one element; 0 for a type that no decoder of ours has.</summary>
    public int ElementSize => Sizes.GetValueOrDefault(Type);
}
