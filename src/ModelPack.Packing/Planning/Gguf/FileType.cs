using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>A GGUF file type: the types it gives to tensors. A rule returns null where the base type holds.</summary>
/// <param name="Name">The name in a recipe.</param>
/// <param name="Id">Value of general.file_type.</param>
/// <param name="Base">Type of what no rule speaks of.</param>
internal sealed record FileType(string Name, int Id, GgufTensorType Base)
{
    /// <summary>Values of the attention.</summary>
    public Func<TensorPlace, GgufTensorType?>? Value { get; init; }

    /// <summary>Output of the attention.</summary>
    public GgufTensorType? AttentionOutput { get; init; }

    /// <summary>Narrowing projection of the feed-forward network.</summary>
    public Func<TensorPlace, GgufTensorType?>? Down { get; init; }

    /// <summary>False for the types that store plain floats, which make no difference between tensors.</summary>
    public bool IsQuantized => Base.ElementsPerBlock() > 1;

    /// <summary>Type of a tensor, before the length of its rows is looked at.</summary>
    /// <param name="kind">What the tensor is.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="columns">Length of its rows.</param>
    public GgufTensorType TypeOf(TensorKind kind, TensorPlace place, int columns) => !IsQuantized ? Base : kind switch
    {
        TensorKind.Output => Base == GgufTensorType.Q8_0 || columns % Base.ElementsPerBlock() != 0 ? GgufTensorType.Q8_0 : GgufTensorType.Q6_K,
        TensorKind.Value => Value?.Invoke(place) ?? Base,
        TensorKind.AttentionOutput => AttentionOutput ?? Base,
        TensorKind.Down => Down?.Invoke(place) ?? Base,
        _ => Base,
    };
}
