namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>The field layer_types: one kind of layer for each layer.</summary>
internal static class LayerTypeNames
{
    public const string Full = "full_attention";
    public const string Sliding = "sliding_attention";
    public const string Convolution = "conv";

    private const string Field = "layer_types";

    /// <summary>Kinds that some family has; <see cref="Attention"/> are those that every family's rule understands.</summary>
    public static IReadOnlyList<string> Any { get; } = [Full, Sliding, "chunked_attention", "linear_attention", Convolution];

    public static IReadOnlyList<string> Attention { get; } = [Full, Sliding];

    /// <summary>Kinds of a family with short convolutions.</summary>
    public static IReadOnlyList<string> Convolutional { get; } = [Full, Convolution];

    /// <summary>The entries, or null when the field is absent.</summary>
    /// <exception cref="ModelPackException">MPK1211: a kind that is not in <paramref name="known"/>, or not one entry a layer.</exception>
    public static IReadOnlyList<string>? Read(ModelConfig config, int layers, IReadOnlyList<string> known)
    {
        IReadOnlyList<string>? types = config.Texts(Field);
        for (int i = 0; i < types?.Count; i++)
        {
            if (!known.Contains(types[i]))
            {
                throw config.Error(ArchitectureErrors.LayerTypes, $"{Field}[{i}]", $"is {types[i]}, which cannot be packed; supported are {string.Join(", ", known.Except(["chunked_attention", "linear_attention"]))}");
            }
        }

        return types is null || types.Count == layers
            ? types
            : throw config.Error(ArchitectureErrors.LayerTypes, Field, $"has {types.Count} entries for {layers} layers");
    }
}
