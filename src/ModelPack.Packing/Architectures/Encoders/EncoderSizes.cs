using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>The sizes of an encoder, read from config.json and checked against each other.</summary>
/// <param name="Layers">Layers that a text passes.</param>
/// <param name="Hidden">Width of the stream.</param>
/// <param name="Intermediate">Inner width of the feed-forward network.</param>
/// <param name="Heads">Heads of the attention; divides <paramref name="Hidden"/>.</param>
/// <param name="Vocabulary">Token ids.</param>
/// <param name="Positions">Rows of the position table, or the longest text where there is none.</param>
/// <param name="TableWidth">Width of the embedding tables.</param>
/// <param name="TokenTypes">Rows of the table of token types; 0: there is none.</param>
/// <param name="PadToken">Id of the padding token.</param>
internal sealed record EncoderSizes(int Layers, int Hidden, int Intermediate, int Heads, int Vocabulary, int Positions, int TableWidth, int TokenTypes, int PadToken)
{
    public int HeadSize => Hidden / Heads;

    /// <exception cref="ModelPackException">MPK1202-1204: a size is missing, no number, out of range or does not go with another.</exception>
    public static EncoderSizes Read(ModelConfig config, EncoderDefinition family)
    {
        int hidden = config.Size("hidden_size", DecoderDimensions.MostHidden);
        var sizes = new EncoderSizes(
            config.Size("num_hidden_layers", DecoderDimensions.MostLayers),
            hidden,
            config.Integer("intermediate_size", 1),
            config.Integer("num_attention_heads", 1),
            config.Integer("vocab_size", 1),
            config.Integer("max_position_embeddings", family.MaxPositions, 1),
            family.TableWidthField is string width ? config.Integer(width, family.TableWidth, 1) : hidden,
            family.TokenTypes is int types ? config.Integer("type_vocab_size", types, 0) : 0,
            config.OptionalInteger("pad_token_id", 0) ?? family.PadToken);
        if (hidden % sizes.Heads != 0)
        {
            throw config.Invalid("hidden_size / num_attention_heads", $"is {hidden} / {sizes.Heads}, which is not whole");
        }

        return sizes.HeadSize % 2 == 0 || family.Rope is null
            ? sizes
            : throw config.Invalid("hidden_size / num_attention_heads", $"is {sizes.HeadSize}; rotary embedding needs an even number");
    }

    public Extent HiddenExtent(ModelConfig config) => new(Hidden, config.Qualified("hidden_size"));
}
