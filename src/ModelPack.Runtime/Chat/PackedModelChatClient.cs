using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime.Chat;

/// <summary>
/// Chats with a packed model. Every request stands for itself: it renders all messages with the model's own template.
/// Thread-safe; the model is not owned.
/// </summary>
internal sealed class PackedModelChatClient : IChatClient
{
    private const string ProviderName = "modelpack";

    private readonly PackedModel _model;
    private readonly ChatClientMetadata _metadata;
    private volatile bool _disposed;

    /// <summary>A client of a model that has a chat template.</summary>
    /// <exception cref="ModelPackException">MPK4305: the model has none.</exception>
    public PackedModelChatClient(PackedModel model)
    {
        _model = model.ChatTemplate is not null
            ? model
            : throw new ModelPackException(
                RuntimeErrors.NoChatTemplate,
                $"{model.Name} has no chat template, so it cannot chat; continue texts with Generate, or add a chat_template.jinja to {model.Folder}.");
        _metadata = new ChatClientMetadata(ProviderName, providerUri: null, model.Name);
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = CreateRequest(messages, options, cancellationToken);
        var text = new StringBuilder();
        GenerationSummary? summary = null;
        await foreach (var piece in _model.Stream(request, cancellationToken).ConfigureAwait(false))
        {
            text.Append(piece.Text);
            summary = piece.Summary;
        }

        string id = NewId();
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text.ToString()) { MessageId = id })
        {
            ResponseId = id,
            ModelId = _model.Name,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = ChatUsage.FinishReason(summary!),
            Usage = ChatUsage.Details(summary!),
            RawRepresentation = summary,
        };
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        object?[] services = serviceKey is null ? [_metadata, this, _model, _model.Tokenizer, _model.ChatTemplate] : [];
        return Array.Find(services, serviceType.IsInstanceOfType);
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;

    private static string NewId() => Guid.NewGuid().ToString("N");

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string id = NewId();
        var request = CreateRequest(messages, options, cancellationToken);
        await foreach (var piece in _model.Stream(request, cancellationToken).ConfigureAwait(false))
        {
            if (piece.Text.Length > 0)
            {
                yield return Update(id, new TextContent(piece.Text));
            }

            if (piece.Summary is { } summary)
            {
                var last = Update(id, new UsageContent(ChatUsage.Details(summary)));
                last.FinishReason = ChatUsage.FinishReason(summary);
                last.RawRepresentation = summary;
                yield return last;
            }
        }
    }

    private ChatResponseUpdate Update(string id, AIContent content) => new(ChatRole.Assistant, [content])
    {
        ResponseId = id,
        MessageId = id,
        ModelId = _model.Name,
        CreatedAt = DateTimeOffset.UtcNow,
    };

    private GenerationRequest CreateRequest(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var generation = ChatOptionsMapping.Map(options, this, _model.Name);
        string prompt = ChatPrompt.Render(_model.ChatTemplate!, messages, options, cancellationToken);
        return _model.CreateRequest(_model.Tokenizer.Encode(prompt, addSpecialTokens: false), generation, continuesText: false);
    }
}
