using Microsoft.Extensions.AI;
using ModelPack.Runtime.Embeddings;

namespace ModelPack.Runtime;

/// <content>Embeddings.</content>
public sealed partial class PackedModel
{
    private TextEncoder? _encoder;

    /// <summary>
    /// An embedding generator of this model: thread-safe, any number of calls at once, each with the vectors it would get alone. The
    /// caller disposes it before the model; disposing it leaves the model open.
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>Texts of like length are run together; the order of the results is that of the texts. Longer texts are cut as the
    /// model's files say, and padding is neither counted nor computed beyond the longest text of a batch.</item>
    /// <item>Vectors are what the model's own pooling and normalisation make: <see cref="EmbeddingDescription.Normalized"/> tells
    /// whether they have length 1; <c>GetService(typeof(EmbeddingDescription))</c> gives that description.</item>
    /// <item>Honoured: Dimensions where the model was trained for shorter vectors (else MPK4502), which are scaled to length 1;
    /// ModelId if it is this model's name (else MPK4310); the additional properties <c>prompt_name</c> (one of the model's prompts,
    /// else MPK4504) and <c>prompt</c> (a text of one's own), which go before every text.</item>
    /// <item>Usage counts the tokens that were embedded, special ones included.</item>
    /// <item>A model packed with Method="dynamic" takes the range of activations from the batch: the vector of a text then depends a
    /// little on the texts that it is run with; the same list of texts always gives the same vectors.</item>
    /// </list>
    /// </remarks>
    /// <exception cref="ModelPackException">MPK4501: the model gives no embeddings; MPK4506: it has no tokenizer; MPK4003, MPK4005: its graph and its description do not belong together.</exception>
    public IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return new PackedModelEmbeddingGenerator(this, Volatile.Read(ref _encoder) ?? OpenEncoder());
    }

    private TextEncoder OpenEncoder()
    {
        if (_graph is null)
        {
            throw new ModelPackException(RuntimeErrors.NoEmbeddings, $"{Name} is a language model and gives no embeddings; chat with AsIChatClient, or pack an encoder such as a sentence-transformers folder.");
        }

        using var share = _graph.Use();
        if (!_graph.Native.ModelMetadata.CustomMetadataMap.TryGetValue(EmbeddingDescription.MetadataKey, out string? json))
        {
            throw new ModelPackException(
                RuntimeErrors.NoEmbeddings,
                $"{Name} gives no embeddings: {_graph.File} does not say how token states become one; pack the Hugging Face folder with its modules.json and 1_Pooling/config.json.");
        }

        EmbeddingDescription description = EmbeddingDescription.Parse(json, _graph.File);
        var encoder = new TextEncoder(new EncoderSession(_graph, description), Tokenizer, description);
        return Interlocked.CompareExchange(ref _encoder, encoder, null) ?? encoder;
    }
}
