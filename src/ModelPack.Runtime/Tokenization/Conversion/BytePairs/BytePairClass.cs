namespace ModelPack.Runtime.Tokenization.Conversion.BytePairs;

/// <summary>What one of the reference implementation's tokenizers of byte-level BPE does around its vocabulary and merges.</summary>
/// <param name="Name">Name in tokenizer_config.json.</param>
/// <param name="Roles">Tokens by role, without the ending <c>_token</c>, where no file says.</param>
internal sealed record BytePairClass(string Name, params (string Role, string Token)[] Roles)
{
    private const string QwenWords = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string EndOfText = "<|endoftext|>";

    private static readonly (string, string)[] Gpt = [("unk", EndOfText), ("bos", EndOfText), ("eos", EndOfText)];
    private static readonly (string, string)[] Bart = [("bos", "<s>"), ("eos", "</s>"), ("unk", "<unk>"), ("sep", "</s>"), ("pad", "<pad>"), ("cls", "<s>"), ("mask", "<mask>")];

    private static readonly BytePairClass[] All =
    [
        new("GPT2Tokenizer", Gpt),
        new("CodeGenTokenizer", Gpt),
        new("GPTNeoXTokenizer", Gpt),
        new("Qwen2Tokenizer", ("unk", EndOfText), ("eos", EndOfText), ("pad", EndOfText)) { Pattern = QwenWords, Composes = true },
        new("RobertaTokenizer", Bart) { HasEdges = true },
        new("BartTokenizer", Bart) { HasEdges = true },
        new("LongformerTokenizer", Bart) { HasEdges = true },
    ];

    public static IEnumerable<string> Names => All.Select(known => known.Name);

    /// <summary>The pattern that cuts words; null: GPT-2's, which the byte step brings along.</summary>
    public string? Pattern { get; private init; }

    /// <summary>Characters are composed first (NFC).</summary>
    public bool Composes { get; private init; }

    /// <summary>Texts stand between the cls and the sep token, pairs with two seps between them.</summary>
    public bool HasEdges { get; private init; }

    /// <summary>The class of a name, or null; GPT-2's where there is no name.</summary>
    public static BytePairClass? Find(string? name) => name is null ? All[0] : Array.Find(All, known => known.Name == name);
}
