using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>Each word is a token or unknown.</summary>
internal sealed class WordLevelModel : TokenModel
{
    private readonly int _unknownId;

    private WordLevelModel(Vocabulary vocabulary, int unknownId)
    {
        Vocabulary = vocabulary;
        _unknownId = unknownId;
    }

    public override Vocabulary Vocabulary { get; }

    public static WordLevelModel Read(in ModelSection section)
    {
        Vocabulary vocabulary = VocabularyReader.ReadObject(section);
        string unknown = section.Fields.OptionalText("unk_token") ?? "<unk>";
        return new WordLevelModel(vocabulary, vocabulary.TryGetId(unknown, out int id) ? id : -1);
    }

    public override void Tokenize(AlignedText text, int start, int end, Workspace workspace, TokenList tokens)
    {
        int id = Vocabulary.TryGetId(text.Units[start..end], out int found) ? found : _unknownId;
        tokens.Add(id >= 0 ? id : throw UnknownText.Error(text.Units[start..end]), text, start, end);
    }
}
