using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>An architecture of GGUF files and the published family that computes the same.</summary>
/// <param name="Name">Value of general.architecture, which begins the architecture's keys.</param>
/// <param name="Family">The published family.</param>
/// <param name="Stored">How it is stored.</param>
internal sealed record GgufArchitecture(string Name, FamilyDefinition Family, GgufFamily Stored)
{
    private const string Key = "general.architecture";

    // An architecture that is two families. Mistral is not told from Llama: its window is not written, and llama.cpp computes without it.
    private static readonly Dictionary<string, (string Key, string ModelType)> Others = new(StringComparer.Ordinal)
    {
        ["llama"] = ("expert_count", "mixtral"),
        ["olmo2"] = ("attention.sliding_window", "olmo3"),
    };

    /// <summary>The architecture of a file.</summary>
    /// <exception cref="ModelPackException">MPK1422: another one.</exception>
    public static GgufArchitecture Find(GgufMetadata metadata)
    {
        string name = metadata.Text(Key);
        IReadOnlyList<string> known = GgufFamilyTable.ModelTypesOf(name);
        if (known.Count == 0)
        {
            throw metadata.Error(
                SourceErrors.GgufArchitecture,
                $"{Key} is '{name}', which this version cannot read from GGUF; it reads {string.Join(", ", GgufFamilyTable.Architectures)}. Take the model's Hugging Face folder, if its family is supported");
        }

        string type = Others.TryGetValue(name, out var other) && metadata.OptionalNumber($"{name}.{other.Key}") is > 0 ? other.ModelType : known[0];
        return new GgufArchitecture(name, FamilyTable.Families.First(family => family.ModelType == type), GgufFamilyTable.Find(type)!);
    }
}
