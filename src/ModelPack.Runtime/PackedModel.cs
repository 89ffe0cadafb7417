using Microsoft.Extensions.Logging.Abstractions;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Generation;
using ModelPack.Runtime.Sessions;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Runtime;

/// <summary>
/// A packed model that is ready to generate text. Thread-safe: any number of texts may be generated at once, each with its own
/// caches, on shared weights and threads.
/// </summary>
/// <remarks>
/// The caller disposes the model. That ends generations in progress with an <see cref="ObjectDisposedException"/> at their
/// next token; <see cref="DisposeAsync"/> also waits until they have let go.
/// </remarks>
public sealed partial class PackedModel : IDisposable, IAsyncDisposable
{
    private const string TokenizerFile = "tokenizer.json";

    // A fine-tune may add a padding token that its embedding never got; more than a few are another model's tokenizer.
    private const int StrayTokens = 16;

    private readonly DecoderSession _session;
    private readonly SequencePool _pool;
    private readonly ModelInformation _information;
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    private PackedModel(string folder, DecoderSession session, string device, Tokenizer tokenizer, ModelInformation information, PackedModelOptions options)
    {
        Folder = folder;
        Device = device;
        Tokenizer = tokenizer;
        ChatTemplate = ChatTemplate.TryLoad(folder);
        _session = session;
        _information = information;
        _pool = new SequencePool(session, options.ReusePrompts);
    }

    /// <summary>The model's name, as its project declared it.</summary>
    public string Name => _information.Name;

    /// <summary>The key of its source and settings in modelpack.json; null for a folder that ModelPack did not write.</summary>
    public string? Key => _information.Key;

    /// <summary>Full path of the packed folder.</summary>
    public string Folder { get; }

    /// <summary>What it runs on: <c>CUDA</c> or <c>CPU</c>. The log line of the opening says why.</summary>
    public string Device { get; }

    /// <summary>Most tokens of a prompt and its continuation together.</summary>
    public int ContextLength => _session.ContextLength;

    /// <summary>Token ids of the model: 0 to this, exclusive.</summary>
    public int VocabularySize => _session.Signature.VocabularySize;

    /// <summary>Ids that end a text.</summary>
    public IReadOnlyList<int> EndOfTextIds => _information.EndOfTextIds;

    /// <summary>Turns text into token ids and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Turns a conversation into a prompt; null for a model that only continues text.</summary>
    public ChatTemplate? ChatTemplate { get; }

    /// <summary>What runs the model.</summary>
    internal DecoderSession Session => _session;

    /// <summary>Opens a packed model.</summary>
    /// <param name="pathOrName">
    /// The packed folder, or its name: then <c>models/&lt;name&gt;</c> beside the application or in the current directory.
    /// </param>
    /// <param name="options">Null: <see cref="PackedModelOptions.Default"/>.</param>
    /// <exception cref="ModelPackException">
    /// MPK4001-MPK4099: the folder, a file of it, or ONNX Runtime is missing or unusable; MPK41nn, MPK42nn: its tokenizer or
    /// chat template.
    /// </exception>
    public static PackedModel Open(string pathOrName, PackedModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrName);
        options ??= PackedModelOptions.Default;
        string folder = PackedFolder.Find(pathOrName);
        var settings = GenAiSettings.Read(Path.Combine(folder, GenAiSettings.FileName));
        string modelFile = PackedFolder.RequireFile(folder, settings.ModelFile);
        string tokenizerFile = PackedFolder.RequireFile(folder, TokenizerFile);
        var information = ModelInformation.Read(folder, settings);
        var tokenizer = Tokenizer.Load(tokenizerFile);
        RequireOneVocabulary(tokenizer, tokenizerFile, settings, information);
        var session = SessionOpener.Open(modelFile, settings, options, options.Logger ?? NullLogger.Instance, out string device);
        try
        {
            return new PackedModel(folder, session, device, tokenizer, information, options);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _closing.Cancel();
            _pool.Dispose();
            _session.Dispose();
        }
    }

    /// <summary>Disposes the model and waits until generations in progress have ended.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return new ValueTask(_session.Freed);
    }

    private static void RequireOneVocabulary(Tokenizer tokenizer, string tokenizerFile, GenAiSettings settings, ModelInformation information)
    {
        if (tokenizer.VocabularySize > settings.VocabularySize + StrayTokens)
        {
            throw new ModelPackException(
                RuntimeErrors.VocabularyMismatch,
                $"{tokenizerFile} has {tokenizer.VocabularySize} token ids where the model has {settings.VocabularySize}: it belongs to another model, pack the model again.");
        }

        foreach (int id in information.EndOfTextIds)
        {
            if (tokenizer.IdToToken(id) is null)
            {
                throw new ModelPackException(
                    RuntimeErrors.VocabularyMismatch,
                    $"{tokenizerFile} has no token {id}, which {settings.File} says ends a text: it belongs to another model, pack the model again.");
            }
        }
    }
}
