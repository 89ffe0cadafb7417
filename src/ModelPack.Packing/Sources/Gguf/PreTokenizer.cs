namespace ModelPack.Packing.Sources.Gguf;

/// <summary>How a text is cut before bytes are merged, under llama.cpp's names. The patterns are those of the published tokenizer.json files.</summary>
/// <param name="Name">A value of tokenizer.ggml.pre.</param>
/// <param name="Patterns">Patterns whose matches are set apart, one after the other; none: GPT-2's, which the byte step brings along.</param>
internal sealed record PreTokenizer(string Name, params string[] Patterns)
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Lead = @"[^\r\n\p{L}\p{N}]?";
    private const string Rest = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string RestWithSlash = @" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string Llama3 = $@"{Contractions}|{Lead}\p{{L}}+|\p{{N}}{{1,3}}|{Rest}";
    private const string Qwen = $@"{Contractions}|{Lead}\p{{L}}+|\p{{N}}|{Rest}";

    private static readonly PreTokenizer[] All =
    [
        new("gpt-2"),
        new("phi-2"),
        new("smollm") { SetsDigitsApart = true },
        new("starcoder") { SetsDigitsApart = true },
        new("refact") { SetsDigitsApart = true },
        new("codeshell") { SetsDigitsApart = true },
        new("llama-bpe", Llama3) { KeepsWholeWords = true, AddsBos = true },
        new("llama3", Llama3) { KeepsWholeWords = true, AddsBos = true },
        new("llama-v3", Llama3) { KeepsWholeWords = true, AddsBos = true },
        new("dbrx", Llama3),
        new("smaug-bpe", Llama3),

        // llama.cpp does not compose characters; the published files do.
        new("qwen2", Qwen) { Composes = true },
        new("deepseek-r1-qwen", Qwen) { Composes = true },
        new("tekken", $@"{Lead}{Upper}*{Lower}+|{Lead}{Upper}+{Lower}*|\p{{N}}|{RestWithSlash}") { KeepsWholeWords = true, AddsBos = true },
        new("deepseek-v3",
            @"\p{N}{1,3}",
            "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
        new("gpt-4o", $@"{Lead}{Upper}*{Lower}+{Contractions}?|{Lead}{Upper}+{Lower}*{Contractions}?|\p{{N}}{{1,3}}|{RestWithSlash}"),
    ];

    /// <summary>Every name that is known.</summary>
    public static IEnumerable<string> Names => All.Select(known => known.Name);

    /// <summary>Every digit is set apart before the patterns.</summary>
    public bool SetsDigitsApart { get; private init; }

    /// <summary>A word that is a token stays whole, whatever the merges.</summary>
    public bool KeepsWholeWords { get; private init; }

    /// <summary>Texts begin with the BOS token where the file does not say.</summary>
    public bool AddsBos { get; private init; }

    /// <summary>Characters are composed first (NFC).</summary>
    public bool Composes { get; private init; }

    /// <summary>The pre-tokenizer of a name, or null.</summary>
    public static PreTokenizer? Find(string name) => Array.Find(All, known => known.Name == name);
}
