using ModelPack.Packing.Writing.Gguf.Vocabularies;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>The tokens of a GGUF file and what its keys say about them.</summary>
internal sealed class GgufVocabulary
{
    private const string Prefix = "tokenizer.ggml.";
    private const string TokensKey = Prefix + "tokens";

    // Controls that end a turn in published chat templates; older files name only one of a model's end tokens.
    private static readonly string[] TurnEnds = ["<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|eom_id|>"];

    private readonly GgufMetadata _metadata;
    private readonly (int? Bos, int? Eos, int? Unknown) _defaults;

    private GgufVocabulary(GgufMetadata metadata)
    {
        _metadata = metadata;
        Model = metadata.Text(Prefix + "model");
        IsPieces = Model switch
        {
            "llama" => true,
            "gpt2" => false,
            _ => throw metadata.Error(SourceErrors.GgufTokenizer, $"{Prefix}model is '{Model}', and this version rebuilds llama and gpt2 tokenizers; take the model's Hugging Face folder"),
        };
        Tokens = metadata.OptionalTexts(TokensKey) ?? throw metadata.Missing(TokensKey);
        int[]? kinds = metadata.OptionalList<int>(Prefix + "token_type", Tokens.Count);
        Kinds = [.. Enumerable.Range(0, Tokens.Count).Select(id => kinds is null ? TokenKind.Normal : (TokenKind)kinds[id])];
        _defaults = IsPieces ? (1, 2, 0) : (null, null, null);
        ChatTemplate = metadata.OptionalText("tokenizer.chat_template");
        if (!IsPieces)
        {
            string key = Prefix + "pre";
            PreTokenizer = Gguf.PreTokenizer.Find(metadata.Text(key)) ?? throw metadata.Error(
                SourceErrors.GgufTokenizer,
                $"{key} is '{metadata.Text(key)}', a pre-tokenizer that this version does not know; it knows {string.Join(", ", Gguf.PreTokenizer.Names)}. Take the model's Hugging Face folder");
        }
    }

    /// <summary>llama: pieces with scores; gpt2: merges of bytes.</summary>
    public string Model { get; }

    /// <summary>True for pieces with scores, as SentencePiece has them.</summary>
    public bool IsPieces { get; }

    /// <summary>Texts by id.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Kinds by id.</summary>
    public IReadOnlyList<TokenKind> Kinds { get; }

    /// <summary>How text is cut before merging; null for pieces.</summary>
    public PreTokenizer? PreTokenizer { get; }

    /// <summary>Jinja text, or null.</summary>
    public string? ChatTemplate { get; }

    /// <summary>Scores of pieces by id.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421: missing, or not one for each token.</exception>
    public float[] Scores => _metadata.OptionalList<float>(Prefix + "scores", Tokens.Count) ?? throw _metadata.Missing(Prefix + "scores");

    /// <summary>Merges in their order, each <c>left right</c>.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421, MPK1425: missing, or no merges.</exception>
    public IEnumerable<(string Left, string Right)> Merges
    {
        get
        {
            string key = Prefix + "merges";
            foreach (string merge in _metadata.OptionalTexts(key) ?? throw _metadata.Missing(key))
            {
                // A part may begin with a space of its own, never be one.
                int space = merge.Length > 1 ? merge.IndexOf(' ', 1) : -1;
                yield return space > 0 && space < merge.Length - 1
                    ? (merge[..space], merge[(space + 1)..])
                    : throw _metadata.Error(SourceErrors.GgufTokenizer, $"{key} has the entry '{merge}', which is no pair of tokens; convert the model again");
            }
        }
    }

    /// <summary>Id of the token that begins a text, or null.</summary>
    public int? Bos => Id("bos", _defaults.Bos);

    /// <summary>Id of the token that ends a text, or null.</summary>
    public int? Eos => Id("eos", _defaults.Eos);

    /// <summary>Id of the token for what has none, or null.</summary>
    public int? Unknown => Id("unknown", _defaults.Unknown);

    /// <summary>Id of the padding token, or null.</summary>
    public int? Padding => Id("padding", null);

    /// <summary>Every id that ends an answer, the end of text first.</summary>
    public IReadOnlyList<int> Ends =>
    [
        .. new[] { Eos, Id("eot", null), Id("eom", null) }.OfType<int>()
            .Concat(Enumerable.Range(0, Tokens.Count).Where(id => Kinds[id] == TokenKind.Control && TurnEnds.Contains(Tokens[id]) && ChatTemplate?.Contains(Tokens[id], StringComparison.Ordinal) == true))
            .Distinct(),
    ];

    /// <summary>True when texts begin with <see cref="Bos"/>.</summary>
    public bool AddsBos => Bos is not null && (_metadata.OptionalFlag(Prefix + "add_bos_token") ?? PreTokenizer?.AddsBos ?? true);

    /// <summary>True when texts end with <see cref="Eos"/>.</summary>
    public bool AddsEos => Eos is not null && (_metadata.OptionalFlag(Prefix + "add_eos_token") ?? false);

    /// <summary>True when pieces begin as after a space.</summary>
    public bool AddsSpace => _metadata.OptionalFlag(Prefix + "add_space_prefix") ?? true;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421: a key is missing or invalid; MPK1425: a tokenizer that is not known.</exception>
    public static GgufVocabulary Read(GgufMetadata metadata) => new(metadata);

    private int? Id(string name, int? absent)
    {
        string key = $"{Prefix}{name}_token_id";
        return _metadata.OptionalInteger(key) switch
        {
            null => absent < Tokens.Count ? absent : null,
            { } id when id < Tokens.Count => id,
            _ => throw _metadata.WrongType(key, $"an id below {Tokens.Count}"),
        };
    }
}
