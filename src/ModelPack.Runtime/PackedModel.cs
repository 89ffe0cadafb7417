using Microsoft.Extensions.Logging.Abstractions;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Generation;
using ModelPack.Runtime.Sessions;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Runtime;

/// <summary>
/// A packed model that is ready to run: a language model generates text (<see cref="Generate(string, GenerationOptions?, CancellationToken)"/>,
/// <see cref="AsIChatClient"/>), an encoder gives embeddings (<see cref="AsEmbeddingGenerator"/>), any other ONNX model gives values for values
/// (<see cref="Run(IReadOnlyDictionary{string, Microsoft.ML.OnnxRuntime.OrtValue}, CancellationToken)"/>). Thread-safe: any number of calls
/// at once, each with its own buffers, on shared weights and threads.
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

    // A language model has the first two, every other graph the third.
    private readonly DecoderSession? _decoder;
    private readonly SequencePool? _sequences;
    private readonly GraphSession? _graph;
    private readonly Tokenizer? _tokenizer;
    private readonly ModelInformation _information;
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    private PackedModel(string folder, DecoderSession session, string device, Tokenizer tokenizer, ModelInformation information, PackedModelOptions options)
    {
        Folder = folder;
        Device = device;
        _tokenizer = tokenizer;
        ChatTemplate = ChatTemplate.TryLoad(folder);
        _decoder = session;
        _information = information;
        _sequences = new SequencePool(session, options.ReusePrompts);
    }

    private PackedModel(string folder, GraphSession graph, string device, Tokenizer? tokenizer, ModelInformation information)
    {
        Folder = folder;
        Device = device;
        _graph = graph;
        _tokenizer = tokenizer;
        _information = information;
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
    /// <exception cref="ModelPackException">MPK4505: no language model.</exception>
    public int ContextLength => Session.ContextLength;

    /// <summary>Token ids of the model: 0 to this, exclusive.</summary>
    /// <exception cref="ModelPackException">MPK4505: no language model.</exception>
    public int VocabularySize => Session.Signature.VocabularySize;

    /// <summary>Ids that end a text.</summary>
    public IReadOnlyList<int> EndOfTextIds => _information.EndOfTextIds;

    /// <summary>
    /// Names of the adapters beside the model (<c>NAME.onnx_adapter</c>) that <see cref="Generation.GenerationOptions.Adapter"/> switches on for
    /// a request; each is read at its first use. In ordinal order.
    /// </summary>
    public IReadOnlyList<string> Adapters => _decoder?.Adapters.Names ?? [];

    /// <summary>Turns text into token ids and back.</summary>
    /// <exception cref="ModelPackException">MPK4506: the model has no tokenizer.</exception>
    public Tokenizer Tokenizer => _tokenizer ?? throw new ModelPackException(
        RuntimeErrors.NoTokenizer, $"{Name} takes no text: {Folder} has no {TokenizerFile}.");

    /// <summary>Turns a conversation into a prompt; null for a model that only continues text.</summary>
    public ChatTemplate? ChatTemplate { get; }

    /// <summary>What runs the model.</summary>
    /// <exception cref="ModelPackException">MPK4505: no language model.</exception>
    internal DecoderSession Session => _decoder ?? throw new ModelPackException(
        RuntimeErrors.NotALanguageModel, $"{Name} is no language model, so it cannot write text: {Folder} has no {GenAiSettings.FileName}; an encoder gives embeddings with AsEmbeddingGenerator.");

    private SequencePool Sequences => _sequences ?? throw new InvalidOperationException($"{Session.ModelFile} has no sequences.");

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
        if (PlainFolder.Is(folder))
        {
            return OpenPlain(folder, options);
        }

        PackedFolder.RequireFile(folder, GenAiSettings.FileName);
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
            _sequences?.Dispose();
            _decoder?.Dispose();
            _graph?.Dispose();
        }
    }

    /// <summary>Disposes the model and waits until generations in progress have ended.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return new ValueTask(_decoder?.Freed ?? _graph!.Freed);
    }

    private static PackedModel OpenPlain(string folder, PackedModelOptions options)
    {
        string modelFile = PackedFolder.RequireFile(folder, PlainFolder.ModelFile(folder));
        string tokenizerFile = Path.Combine(folder, TokenizerFile);
        Tokenizer? tokenizer = File.Exists(tokenizerFile) ? Tokenizer.Load(tokenizerFile) : null;
        ModelInformation information = ModelInformation.ReadManifest(folder);
        GraphSession graph = SessionOpener.OpenGraph(modelFile, options, options.Logger ?? NullLogger.Instance, out string device);
        return new PackedModel(folder, graph, device, tokenizer, information);
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
