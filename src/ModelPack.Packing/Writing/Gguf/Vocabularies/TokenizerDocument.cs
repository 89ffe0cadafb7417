using System.Text.Json;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>A model's tokenizer.json, validated by the tokenizer that reads it, beside its plain JSON. Dispose it.</summary>
internal sealed class TokenizerDocument : IDisposable
{
    private const string FileName = "tokenizer.json";

    private readonly JsonDocument _document;

    private TokenizerDocument(string file, Tokenizer tokenizer, JsonDocument document)
    {
        File = file;
        Tokenizer = tokenizer;
        _document = document;
    }

    /// <summary>Full path.</summary>
    public string File { get; }

    /// <summary>The tokenizer that the file describes.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The section <c>model</c>.</summary>
    public JsonElement Model => _document.RootElement.GetProperty("model");

    /// <summary>model.type; BPE where an old file leaves it out beside merges.</summary>
    public string ModelType => Model.TryGetProperty("type", out JsonElement type) ? type.GetString()! : Model.TryGetProperty("merges", out _) ? "BPE" : "";

    /// <summary>Ids of the added tokens.</summary>
    public IReadOnlySet<int> AddedIds { get; private init; } = new HashSet<int>();

    /// <summary>Opens the tokenizer.json of a folder.</summary>
    /// <exception cref="ModelPackException">MPK4101 to MPK4106: it cannot be read.</exception>
    public static TokenizerDocument Open(string folder)
    {
        string file = Path.Combine(folder, FileName);
        Tokenizer tokenizer = Tokenizer.Load(file);
        JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(file).AsMemory().TrimStart("\uFEFF"u8));
        var opened = new TokenizerDocument(file, tokenizer, document);
        HashSet<int> added = [.. opened.Part("added_tokens") is { } list ? list.EnumerateArray().Select(token => tokenizer.TokenToId(token.GetProperty("content").GetString()!) ?? -1) : []];
        return new TokenizerDocument(file, tokenizer, document) { AddedIds = added };
    }

    /// <summary>A section of the file; null where it is absent or null.</summary>
    public JsonElement? Part(string name) => _document.RootElement.TryGetProperty(name, out JsonElement part) && part.ValueKind != JsonValueKind.Null ? part : null;

    /// <summary>The parts of a component: its own list when it is a Sequence, itself when not, none when it is absent.</summary>
    /// <param name="name">normalizer, pre_tokenizer.</param>
    /// <param name="list">What a Sequence calls its list.</param>
    public IReadOnlyList<JsonElement> Steps(string name, string list) => Part(name) is not { } part ? []
        : part.GetProperty("type").GetString() == "Sequence" ? [.. part.GetProperty(list).EnumerateArray()]
        : [part];

    /// <summary>An error about this file.</summary>
    public ModelPackException Error(string code, string what) => new(code, $"{File}: {what}; pack the model as Format onnx.");

    public void Dispose() => _document.Dispose();
}
