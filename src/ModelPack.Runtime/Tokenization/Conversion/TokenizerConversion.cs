using ModelPack.Runtime.Tokenization.Conversion.BytePairs;
using ModelPack.Runtime.Tokenization.Conversion.Pieces;
using ModelPack.Runtime.Tokenization.Conversion.Words;

namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>
/// Makes the tokenizer.json of a folder that has its tokenizer in an older form: a SentencePiece model, vocab.json with merges.txt, or vocab.txt.
/// Pure but for reading; the same files give the same bytes.
/// </summary>
public static class TokenizerConversion
{
    // Names under which published folders have SentencePiece models.
    private static readonly string[] PieceModels = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model"];

    private const string VocabularyObject = "vocab.json";
    private const string VocabularyLines = "vocab.txt";
    private const string Merges = "merges.txt";

    /// <summary>Forms that are read, for messages.</summary>
    public static string Forms => $"tokenizer.json, tokenizer.model (SentencePiece), {VocabularyObject} with {Merges}, or {VocabularyLines}";

    /// <summary>Names of the files in a folder that its tokenizer would be made from, in a fixed order; empty where there is nothing to make one from.</summary>
    /// <param name="folder">A folder.</param>
    public static IReadOnlyList<string> FindFiles(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string[] vocabulary = Array.Find(PieceModels, Exists) is { } model ? [model]
            : Exists(VocabularyObject) && Exists(Merges) ? [VocabularyObject, Merges]
            : Exists(VocabularyLines) ? [VocabularyLines]
            : [];
        return vocabulary.Length == 0 ? [] : [.. vocabulary, .. TokenizerSettings.Files.Where(Exists)];

        bool Exists(string name) => File.Exists(Path.Combine(folder, name));
    }

    /// <summary>The content of the tokenizer.json that a folder lacks.</summary>
    /// <param name="folder">A folder for which <see cref="FindFiles"/> finds some.</param>
    /// <returns>UTF-8 JSON that was read back.</returns>
    /// <exception cref="ModelPackException">MPK4101 to MPK4106: a file cannot be read, is malformed or not supported, or two contradict each other.</exception>
    public static byte[] ToJson(string folder)
    {
        IReadOnlyList<string> files = FindFiles(folder);
        if (files.Count == 0)
        {
            throw new ModelPackException(TokenizerErrors.FileMissing, $"{folder} has no tokenizer; put its {Forms} there.");
        }

        var settings = TokenizerSettings.Read(folder);
        string vocabulary = Path.Combine(folder, files[0]);
        TokenizerDescription description = files[0] switch
        {
            VocabularyObject => BytePairTokenizer.Describe(vocabulary, Path.Combine(folder, Merges), settings),
            VocabularyLines => WordTokenizer.Describe(vocabulary, settings),
            _ => PieceTokenizer.Describe(vocabulary, PieceModelReader.Read(FolderFile.Read(vocabulary), vocabulary), settings),
        };
        byte[] json = description.ToJson();

        // What no reader of the parts looks at, such as a damaged table of replacements.
        Tokenizer.Parse(json, vocabulary);
        return json;
    }
}
