using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>The sizes of a decoder, read from config.json and checked against each other.</summary>
internal sealed record DecoderDimensions(int Layers, int Hidden, int Intermediate, int Heads, int KeyValueHeads, int HeadSize, int Vocabulary, int MaxPositions)
{
    /// <summary>Most layers, ten times those of the deepest published model.</summary>
    public const int MostLayers = 4096;

    /// <summary>Widest hidden state.</summary>
    public const int MostHidden = 1 << 20;

    private const int MostHeadSize = 1 << 16;

    /// <exception cref="ModelPackException">MPK1202-1204: a size is missing, no number, out of range or does not go with another.</exception>
    public static DecoderDimensions Read(ModelConfig config, FamilyDefinition family)
    {
        int heads = config.Integer("num_attention_heads", 1);
        int hidden = config.Size("hidden_size", MostHidden);
        var dimensions = new DecoderDimensions(
            config.Size("num_hidden_layers", MostLayers),
            hidden,
            family.FeedForward.Width is { } width ? width(config)
                : family.FeedForward.Multiple is int multiple ? config.Integer("intermediate_size", multiple * hidden, 1) : config.Integer("intermediate_size", 1),
            heads,
            config.Integer("num_key_value_heads", family.KeyValueHeads ?? heads, 1),
            config.OptionalInteger("head_dim", 1) ?? family.HeadSize ?? Divide(config, hidden, heads),
            config.Integer("vocab_size", 1),
            config.Integer("max_position_embeddings", family.MaxPositions, 1));
        if (heads % dimensions.KeyValueHeads != 0)
        {
            throw config.Invalid("num_key_value_heads", $"is {dimensions.KeyValueHeads}, which does not divide num_attention_heads ({heads})");
        }

        if (dimensions.HeadSize > MostHeadSize)
        {
            throw config.Invalid("head_dim", $"is {dimensions.HeadSize}, and this version reads models of at most {MostHeadSize}");
        }

        return dimensions.HeadSize % 2 == 0 || family.Rope is null ? dimensions : throw config.Invalid("head_dim", $"is {dimensions.HeadSize}; rotary embedding needs an even number");
    }

    private static int Divide(ModelConfig config, int hidden, int heads) => hidden % heads == 0
        ? hidden / heads
        : throw config.Invalid("hidden_size / num_attention_heads", $"is {hidden} / {heads}, which is not whole, and there is no head_dim");
}
