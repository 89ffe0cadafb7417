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
    private const string GenerationConfig = "generation_config.json";

    /// <summary>Reads the files of a folder; modelpack.json and generation_config.json may be absent.</summary>
    public static ModelInformation Read(string folder, GenAiSettings settings)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        string? key = null;
        var ids = new SortedSet<int>(settings.EosIds);
        var defaults = settings.Search;
        if (File.Exists(Path.Combine(folder, Manifest)))
        {
            using var manifest = JsonFile.Open(Path.Combine(folder, Manifest), RuntimeErrors.BadConfig);
            name = manifest.Root.TextOrNull("name") ?? name;
            key = manifest.Root.TextOrNull("key");
        }

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

        return new ModelInformation(name, key, [.. ids], defaults);
    }
}
