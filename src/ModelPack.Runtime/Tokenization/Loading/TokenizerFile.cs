using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization.AddedTokens;
using ModelPack.Runtime.Tokenization.Decoders;
using ModelPack.Runtime.Tokenization.Limits;
using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.Normalizers;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Loading;

/// <summary>Reads and validates a tokenizer.json in one pass; fields that this version does not know are passed over.</summary>
internal ref struct TokenizerFile
{
    /// <summary>Published files nest 8 deep.</summary>
    private const int DepthLimit = 64;

    private readonly ReadOnlySpan<byte> _json;
    private readonly string _fileName;
    private readonly Dictionary<string, JsonPart> _fields = [];
    private ReadOnlySpan<byte> _vocabulary;
    private ReadOnlySpan<byte> _merges;
    private string _at = "";

    private TokenizerFile(ReadOnlySpan<byte> json, string fileName)
    {
        _json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        _fileName = fileName;
    }

    public static TokenizerParts Read(ReadOnlySpan<byte> json, string fileName)
    {
        var file = new TokenizerFile(json, fileName);
        try
        {
            file.ReadFields();
            return file.Build();
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            // InvalidOperationException: a string that is not Unicode (half a surrogate pair, bytes that are not UTF-8).
            string where = file._at.Length == 0 ? "" : $" in \"{file._at}\"";
            throw new ModelPackException(
                TokenizerErrors.NotATokenizer,
                $"{fileName} is not a tokenizer.json{where}: {problem.Message.TrimEnd('.')}; take the file that was published with the model (a Git LFS pointer is not it).",
                problem);
        }
    }

    private void ReadFields()
    {
        var reader = new Utf8JsonReader(_json, new JsonReaderOptions { MaxDepth = DepthLimit });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it does not begin with an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _at = reader.GetString()!;
            reader.Read();
            if (_at == "model" && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadModel(ref reader);
            }
            else
            {
                _fields[_at] = Part(_at, ref reader);
            }
        }

        _at = "";
        if (reader.Read())
        {
            throw new JsonException("text follows the object");
        }
    }

    private void ReadModel(ref Utf8JsonReader reader)
    {
        using var small = new MemoryStream();
        using (var writer = new Utf8JsonWriter(small))
        {
            writer.WriteStartObject();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                _at = $"model.{name}";
                reader.Read();
                switch (name)
                {
                    case "vocab":
                        _vocabulary = _json[Skip(ref reader)];
                        break;
                    case "merges":
                        _merges = _json[Skip(ref reader)];
                        break;
                    default:
                        writer.WritePropertyName(name);
                        JsonElement.ParseValue(ref reader).WriteTo(writer);
                        break;
                }
            }

            writer.WriteEndObject();
        }

        _at = "model";
        using JsonDocument document = JsonDocument.Parse(small.ToArray());
        _fields["model"] = new JsonPart(document.RootElement.Clone(), "model", _fileName);
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private readonly JsonPart Part(string path, ref Utf8JsonReader reader) => new(JsonElement.ParseValue(ref reader), path, _fileName);

    private TokenizerParts Build()
    {
        CheckVersion();
        _at = "model";
        TokenModel model = Components.Model(new ModelSection
        {
            Fields = Find("model") ?? throw new ModelPackException(
                TokenizerErrors.FieldInvalid, $"{_fileName}: model is missing; take the tokenizer.json that was published with the model."),
            Vocabulary = _vocabulary,
            Merges = _merges,
        });
        Normalizer? normalizer = Enter("normalizer") is { } normalizing ? Components.Normalizer(normalizing) : null;
        var added = new AddedTokenReader(model.Vocabulary, normalizer);
        if (Enter("added_tokens") is { } list)
        {
            added.Read(list);
        }

        // A layout may use an id that the file gives to an added token, though that token gets another one (AddedTokenReader).
        var tokens = new TokenTable(model.Vocabulary, added.Tokens);
        bool IsKnown(int id) => tokens.Contains(id) || added.IsWritten(id);
        return new TokenizerParts(
            tokens,
            new AddedTokenSplitter(added.Tokens, normalizer),
            Enter("pre_tokenizer") is { } preTokenizing ? Components.PreTokenizer(preTokenizing) : null,
            model,
            Enter("post_processor") is { } postProcessing ? Components.PostProcessor(postProcessing, IsKnown) : null,
            Enter("decoder") is { } decoding ? Components.Decoder(decoding) : new SpaceJoiner(),
            Enter("truncation") is { } truncating ? TruncationRule.Read(truncating) : null,
            Enter("padding") is { } padding ? PaddingRule.Read(padding) : null);
    }

    private void CheckVersion()
    {
        if (Enter("version") is { } version && version.Text() != "1.0")
        {
            throw version.Invalid($"is '{version.Text()}'; this version reads 1.0", TokenizerErrors.ComponentUnsupported);
        }
    }

    /// <summary>The field, which errors name from here on.</summary>
    private JsonPart? Enter(string name)
    {
        _at = name;
        return Find(name);
    }

    private readonly JsonPart? Find(string name) =>
        _fields.TryGetValue(name, out JsonPart part) && part.Element.ValueKind != JsonValueKind.Null ? part : null;
}
