using System.Globalization;
using System.Text.Json;
using ModelPack.Formats.Json;
using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>What stands beside a vocabulary: tokenizer_config.json, special_tokens_map.json, added_tokens.json and the model's config.json. Each may be missing.</summary>
internal sealed class TokenizerSettings
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string SpecialFile = "special_tokens_map.json";
    private const string AddedFile = "added_tokens.json";
    private const string ModelFile = "config.json";

    private readonly JsonPart? _config;
    private readonly JsonPart? _special;
    private readonly JsonPart? _added;
    private readonly JsonPart? _model;

    private TokenizerSettings(string folder)
    {
        _config = Open(folder, ConfigFile);
        _special = Open(folder, SpecialFile);
        _added = Open(folder, AddedFile);
        _model = Open(folder, ModelFile);
        Folder = folder;
        Class = (_config?.OptionalText("tokenizer_class") ?? _model?.OptionalText("tokenizer_class")) is { Length: > 0 } name
            ? name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name
            : ModelClasses.Find(_model?.OptionalText("model_type"));
    }

    /// <summary>Names of the files beside a vocabulary that decide what a tokenizer does.</summary>
    public static IReadOnlyList<string> Files => [ConfigFile, SpecialFile, AddedFile, ModelFile];

    public string Folder { get; }

    /// <summary>Name of the reference implementation's tokenizer, without the ending Fast; null where nothing tells.</summary>
    public string? Class { get; }

    /// <summary>Tokens that are special without a role.</summary>
    public IReadOnlyList<string> OtherSpecial =>
        [.. new[] { _config, _special }.Select(file => file?.Optional("additional_special_tokens")).OfType<JsonPart>().SelectMany(list => list.Items()).Select(Content).Distinct(StringComparer.Ordinal)];

    /// <exception cref="ModelPackException">MPK4101 to MPK4103: a file cannot be read, or is not what it should be.</exception>
    public static TokenizerSettings Read(string folder) => new(folder);

    public bool Flag(string name, bool otherwise) => _config?.OptionalFlag(name, otherwise) ?? otherwise;

    public bool? OptionalFlag(string name) => _config?.Optional(name)?.Flag();

    public int Number(string name, int otherwise, int maximum) => _config?.Optional(name)?.Number(0, maximum) ?? otherwise;

    /// <summary>The token that has a role, such as <c>bos_token</c>; null where no file says.</summary>
    public string? Token(string role) =>
        (_special?.Optional(role) ?? _config?.Optional(role)) is { } part && part.Element.ValueKind != JsonValueKind.False ? Content(part) : null;

    /// <summary>The tokens of added_tokens_decoder, which has their flags.</summary>
    public IEnumerable<WrittenToken> Described()
    {
        foreach ((string name, JsonPart value) in _config?.Optional("added_tokens_decoder")?.Members() ?? [])
        {
            var entry = new JsonPart(value.Element, $"added_tokens_decoder.{name}", value.FileName);
            bool special = entry.OptionalFlag("special", false);
            int id = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) && parsed < int.MaxValue ? parsed : throw entry.Invalid("has a name that is no id");
            yield return new WrittenToken(id, Content(entry), special)
            {
                SingleWord = entry.OptionalFlag("single_word", false),
                LeftStrip = entry.OptionalFlag("lstrip", false),
                RightStrip = entry.OptionalFlag("rstrip", false),
                Normalized = entry.OptionalFlag("normalized", !special),
            };
        }
    }

    /// <summary>The tokens of added_tokens.json, which has ids and nothing else.</summary>
    public IEnumerable<(string Token, int Id)> Numbered()
    {
        foreach ((string token, JsonPart value) in _added?.Members() ?? [])
        {
            yield return (token, new JsonPart(value.Element, token, value.FileName).Number(0, int.MaxValue - 1));
        }
    }

    private static JsonPart? Open(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = UnicodeJson.Require(JsonDocument.Parse(FolderFile.Read(path)));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonPart(document.RootElement.Clone(), "", path)
                : throw new JsonException("it is no object");
        }
        catch (JsonException problem)
        {
            throw new ModelPackException(TokenizerErrors.NotATokenizer, $"{path} cannot be read: {problem.Message.TrimEnd('.')}; take the file that was published with the model.", problem);
        }
    }

    // A token is a text, or an object with the text and flags.
    private static string Content(JsonPart part) => part.Element.ValueKind == JsonValueKind.Object ? part.Required("content").Text() : part.Text();
}
