using Microsoft.Extensions.AI;

namespace ModelPack.Runtime.Embeddings;

/// <summary>A packed encoder as an embedding generator. Thread-safe; disposing it leaves the model open.</summary>
internal sealed class PackedModelEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string ProviderName = "modelpack";

    private readonly PackedModel _model;
    private readonly TextEncoder _encoder;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private volatile bool _disposed;

    public PackedModelEmbeddingGenerator(PackedModel model, TextEncoder encoder)
    {
        _model = model;
        _encoder = encoder;
        _metadata = new EmbeddingGeneratorMetadata(ProviderName, providerUri: null, model.Name, encoder.Description.Dimensions);
    }

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var request = EmbeddingRequest.Of(options, _encoder.Description, _model.Name);
        string[] texts = [.. values];
        if (Array.IndexOf(texts, null) is var missing and >= 0)
        {
            throw new ArgumentException($"Text {missing} is null.", nameof(values));
        }

        return texts.Length == 0 ? Task.FromResult(Answer([], 0, request)) : Task.Run(() => Generate(texts, request, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object?[] services = serviceKey is null ? [_metadata, this, _model, _model.Tokenizer, _encoder.Description] : [];
        return Array.Find(services, serviceType.IsInstanceOfType);
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, EmbeddingRequest request, CancellationToken cancellation)
    {
        (float[][] vectors, long tokens) = _encoder.Encode(texts, request.Prompt, cancellation);
        return Answer(vectors, tokens, request);
    }

    private GeneratedEmbeddings<Embedding<float>> Answer(float[][] vectors, long tokens, EmbeddingRequest request)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(vectors.Length)
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
        foreach (float[] vector in vectors)
        {
            float[] shown = request.Dimensions == vector.Length ? vector : EmbeddingTruncation.Shorten(vector, request.Dimensions);
            embeddings.Add(new Embedding<float>(shown) { CreatedAt = now, ModelId = _model.Name });
        }

        return embeddings;
    }
}
