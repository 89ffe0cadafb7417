using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Every family that can be packed, by model_type.</summary>
internal static class FamilyTable
{
    private const string Field = "model_type";

    private static readonly FamilyDefinition[] All =
    [
        LlamaFamily.Definition,
        MistralFamily.Definition,
        MinistralFamily.Definition,
        Qwen2Family.Definition,
        Qwen3Family.Definition,
    ];

    public static IReadOnlyList<FamilyDefinition> Families => All;

    /// <summary>The family of a config.json.</summary>
    /// <exception cref="ModelPackException">MPK1205, MPK1206: model_type or architectures name something else.</exception>
    public static FamilyDefinition Find(ModelConfig config)
    {
        string modelType = config.Text(Field) ?? throw config.Missing(Field);
        FamilyDefinition family = All.FirstOrDefault(f => f.ModelType == modelType)
            ?? throw config.Error(ArchitectureErrors.ModelType, Field, $"is {modelType}, which cannot be packed; supported are {string.Join(", ", All.Select(f => f.ModelType))}");
        IReadOnlyList<string> architectures = config.Texts("architectures") ?? [];
        return architectures.Count == 0 || architectures.Any(family.Architectures.Contains)
            ? family
            : throw config.Error(ArchitectureErrors.Architectures, "architectures", $"is {string.Join(", ", architectures)}; a language model of model_type {modelType} is {family.Architectures[0]}");
    }
}
