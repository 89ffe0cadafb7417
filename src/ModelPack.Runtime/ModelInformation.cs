using ModelPack.Runtime.Generation;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime;

/// <summary>What the small files of a packed folder say, beside the graph and the tokenizer.</summary>
/// <param name="Name">The model's name: the manifest's, else the folder's.</param>
/// <param name="Key">The manifest's key, or null.</param>
/// <param name="EndOfTextIds">Ids that end a text, of genai_config.json and generation_config.json together.</param>
/// <param name="Defaults">How the model's makers want tokens chosen.</param>
internal sealed record ModelInformation(string Name, string? Key, IReadOnlyList<int> EndOfTextIds, GenerationDefaults Defaults)
{
    private const string Manifest = "modelpack.json";
    private static readonly GenerationDefaults Undecided = new(null, null, null, null, null, null);
    private const string GenerationConfig = "generation_config.json";

    /// <summary>Reads the files of a folder; modelpack.json and generation_config.json may be absent.</summary>
    public static ModelInformation Read(string folder, GenAiSettings settings)
    {
        ModelInformation information = ReadManifest(folder);
        var ids = new SortedSet<int>(settings.EosIds);
        var defaults = settings.Search;

        if (File.Exists(Path.Combine(folder, GenerationConfig)))
        {
            using var config = JsonFile.Open(Path.Combine(folder, GenerationConfig), RuntimeErrors.BadConfig);
            ids.UnionWith(config.Root.Integers("eos_token_id"));
            defaults = GenerationDefaults.Read(config.Root);
        }

        if (ids.Count > 0 && ids.Max >= settings.VocabularySize)
        {
            throw new ModelPackException(
                RuntimeErrors.VocabularyMismatch,
                $"{folder}: the end-of-text id {ids.Max} is outside the model's {settings.VocabularySize} token ids; the files do not belong together, pack the model again.");
        }

        return information with { EndOfTextIds = [.. ids], Defaults = defaults };
    }

    /// <summary>Reads name and key; modelpack.json may be absent.</summary>
    public static ModelInformation ReadManifest(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        if (!File.Exists(Path.Combine(folder, Manifest)))
        {
            return new ModelInformation(name, null, [], Undecided);
        }

        using var manifest = JsonFile.Open(Path.Combine(folder, Manifest), RuntimeErrors.BadConfig);
        return new ModelInformation(manifest.Root.TextOrNull("name") ?? name, manifest.Root.TextOrNull("key"), [], Undecided);
    }
}
