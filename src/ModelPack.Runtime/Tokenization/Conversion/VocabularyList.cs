using System.Text;
using System.Text.Json;

namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>The tokens of a vocab.txt or vocab.json, each once, with ids of their own.</summary>
internal sealed class VocabularyList
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <summary>In the order of the file.</summary>
    public List<(string Token, int Id)> Tokens { get; } = [];

    public int? Find(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>Reads a file with a token a line; its id is the number of its line, from 0.</summary>
    /// <exception cref="ModelPackException">MPK4101, MPK4102, MPK4105: it cannot be read, is not UTF-8, or has a token twice.</exception>
    public static VocabularyList ReadLines(string file)
    {
        var vocabulary = new VocabularyList();
        int line = 0;
        foreach (string token in TextLines.Read(file))
        {
            // An empty line takes an id and is no token.
            if (token.Length > 0)
            {
                vocabulary.Add(file, token, line);
            }

            line++;
        }

        return vocabulary.Tokens.Count > 0 ? vocabulary : throw new ModelPackException(TokenizerErrors.NotATokenizer, $"{file} is empty; fetch the file again.");
    }

    /// <summary>Reads an object from token to id.</summary>
    /// <exception cref="ModelPackException">MPK4101, MPK4102, MPK4103, MPK4105: it cannot be read, is not JSON, or an id is none or there twice.</exception>
    public static VocabularyList ReadObject(string file)
    {
        byte[] bytes = FolderFile.Read(file);
        ReadOnlySpan<byte> json = bytes.AsSpan();
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var vocabulary = new VocabularyList();
        var taken = new HashSet<int>();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("it does not begin with an object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string token = reader.GetString()!;
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id is < 0 or int.MaxValue)
                {
                    throw Invalid(file, $"'{token}' has an id that is not a whole number from 0 to {int.MaxValue - 1}");
                }

                if (!taken.Add(id))
                {
                    throw Invalid(file, $"'{token}' has the id {id}, as another token before", TokenizerErrors.Contradiction);
                }

                vocabulary.Add(file, token, id);
            }

            if (reader.Read())
            {
                throw new JsonException("text follows the object");
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelPackException(
                TokenizerErrors.NotATokenizer, $"{file} is not a vocabulary: {problem.Message.TrimEnd('.')}; take the file that was published with the model (a Git LFS pointer is not it).", problem);
        }

        return vocabulary.Tokens.Count > 0 ? vocabulary : throw Invalid(file, "it has no tokens");
    }

    private void Add(string file, string token, int id)
    {
        if (!_ids.TryAdd(token, id))
        {
            throw Invalid(file, $"'{token}' is there twice, with the ids {_ids[token]} and {id}", TokenizerErrors.Contradiction);
        }

        Tokens.Add((token, id));
    }

    private static ModelPackException Invalid(string file, string what, string code = TokenizerErrors.FieldInvalid) =>
        new(code, $"{file}: {what}; take the file that was published with the model.");
}
