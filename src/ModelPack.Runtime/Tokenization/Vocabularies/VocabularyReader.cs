using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Vocabularies;

/// <summary>Reads "model.vocab" in its form as an object from token to id (BPE, WordPiece, WordLevel).</summary>
internal static class VocabularyReader
{
    /// <summary>Compiled at once: this loop runs once, over the largest part of the file.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vocabulary ReadObject(in ModelSection section)
    {
        ReadOnlySpan<byte> json = section.Vocabulary;
        var reader = new Utf8JsonReader(json);
        if (json.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw section.Invalid("model.vocab", json.IsEmpty ? "is missing" : "has to be an object from token to id");
        }

        // A published entry takes about 14 bytes with its id.
        var builder = new VocabularyBuilder(json.Length / 14, json.Length / 2);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int units = reader.CopyString(builder.Reserve(reader.ValueSpan.Length));
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id is < 0 or int.MaxValue)
            {
                string token = builder.Reserve(units)[..units].ToString();
                throw section.Invalid("model.vocab", $"gives '{token}' an id that is not a whole number from 0 to {int.MaxValue - 1}");
            }

            builder.Add(units, id);
        }

        Vocabulary vocabulary = builder.Build(out string problem) ?? throw section.Invalid("model.vocab", problem, TokenizerErrors.Contradiction);
        return vocabulary.Count > 0 ? vocabulary : throw section.Invalid("model.vocab", "is empty");
    }
}
