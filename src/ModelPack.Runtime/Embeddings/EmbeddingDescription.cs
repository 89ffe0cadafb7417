using System.Text.Json;

namespace ModelPack.Runtime.Embeddings;

/// <summary>
/// What a graph of embeddings says about itself, in its own metadata under <see cref="MetadataKey"/>: pooling and normalisation are
/// nodes of the graph, and this is what is left for the program that feeds it. Immutable, thread-safe.
/// </summary>
public sealed record EmbeddingDescription
{
    /// <summary>Key of the model's metadata; the value is <see cref="ToJson"/>.</summary>
    public const string MetadataKey = "modelpack.embedding";

    /// <summary>Name of the output [batch, dimensions].</summary>
    public required string Output { get; init; }

    /// <summary>Elements of an embedding.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Tokens that the encoder has positions for.</summary>
    public required int PositionLimit { get; init; }

    /// <summary>Tokens that longer texts are cut to; null: what the tokenizer's file says, at most <see cref="PositionLimit"/>.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>Id that fills shorter texts of a batch up.</summary>
    public int PadTokenId { get; init; }

    /// <summary>Texts are put into lower case first.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Embeddings have length 1.</summary>
    public bool Normalized { get; init; }

    /// <summary>The first so many elements are embeddings by themselves; empty: any number of them; null: the model was not trained so.</summary>
    public IReadOnlyList<int>? Matryoshka { get; init; }

    /// <summary>Texts that may go before the one to embed, by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>Name of the prompt that is used when none is asked for; null: none.</summary>
    public string? DefaultPrompt { get; init; }

    /// <summary>The text that is kept in the model.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EmbeddingJson.Default.EmbeddingDescription);

    /// <summary>Reads that text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">The model's file, for messages.</param>
    /// <exception cref="ModelPackException">MPK4003: it is not such a text.</exception>
    public static EmbeddingDescription Parse(string json, string file)
    {
        try
        {
            EmbeddingDescription read = JsonSerializer.Deserialize(json, EmbeddingJson.Default.EmbeddingDescription) ?? throw new JsonException("it is null");
            return read.Dimensions > 0 && read.PositionLimit > 0 && read.SequenceLength is null or > 0 && read.PadTokenId >= 0 && (read.DefaultPrompt is null || read.Prompts.ContainsKey(read.DefaultPrompt))
                ? read
                : throw new JsonException("a number is out of range, or the default prompt is none of the prompts");
        }
        catch (JsonException cause)
        {
            throw new ModelPackException(RuntimeErrors.BadConfig, $"{file}: the metadata {MetadataKey} cannot be used ({cause.Message}); pack the model again.", cause);
        }
    }
}
