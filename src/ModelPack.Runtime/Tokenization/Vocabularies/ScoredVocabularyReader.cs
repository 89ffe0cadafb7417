using System.Text.Json;
using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Vocabularies;

/// <summary>Reads "model.vocab" in its form as a list of [piece, score] (Unigram); an id is a place in the list.</summary>
internal static class ScoredVocabularyReader
{
    public static Vocabulary Read(in ModelSection section, out double[] scores)
    {
        var reader = new Utf8JsonReader(section.Vocabulary);
        if (section.Vocabulary.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw section.Invalid("model.vocab", section.Vocabulary.IsEmpty ? "is missing" : "has to be a list of [piece, score]");
        }

        var list = new List<double>();
        var builder = new VocabularyBuilder(section.Vocabulary.Length / 20, section.Vocabulary.Length / 2);
        var seen = new HashSet<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            string name = $"model.vocab[{list.Count}]";
            if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                throw section.Invalid(name, "has to be [piece, score]");
            }

            int units = reader.CopyString(builder.Reserve(reader.ValueSpan.Length));
            string piece = builder.Reserve(units)[..units].ToString();
            if (section.Vocabulary.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double score) || !double.IsFinite(score))
            {
                throw section.Invalid(name, "has a score that is not a number");
            }

            if (section.Vocabulary.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            {
                throw section.Invalid(name, "has to be [piece, score]");
            }

            if (units == 0 || !seen.Add(piece))
            {
                throw section.Invalid(name, units == 0 ? "is an empty piece" : $"is '{piece}', which was there before", TokenizerErrors.Contradiction);
            }

            builder.Add(units, list.Count);
            list.Add(score);
        }

        scores = [.. list];
        return list.Count > 0 && builder.Build(out _) is { } vocabulary
            ? vocabulary
            : throw section.Invalid("model.vocab", "is empty");
    }
}
