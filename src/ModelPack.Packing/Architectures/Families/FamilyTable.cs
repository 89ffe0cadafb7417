using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Encoders;

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
        Ministral3Family.Definition,
        Qwen2Family.Definition,
        Qwen3Family.Definition,
        GemmaFamily.Definition,
        Gemma2Family.Definition,
        Gemma3TextFamily.Definition,
        Phi3Family.Definition,
        PhiFamily.Definition,
        SmolLm3Family.Definition,
        OlmoFamily.Definition,
        Olmo2Family.Definition,
        Olmo3Family.Definition,
        GraniteFamily.Definition,
        StableLmFamily.Definition,
        Gpt2Family.Definition,
        GptNeoXFamily.Definition,
        GptJFamily.Definition,
        OptFamily.Definition,
        BloomFamily.Definition,
        Starcoder2Family.Definition,
        CohereFamily.Definition,
        Cohere2Family.Definition,
        GlmFamily.Definition,
        Glm4Family.Definition,
        Exaone4Family.Definition,
        SeedOssFamily.Definition,
        Ernie45Family.Definition,
        HunyuanDenseFamily.Definition,
        HeliumFamily.Definition,
        InternLm3Family.Definition,
        NemotronFamily.Definition,
        MixtralFamily.Definition,
        Qwen2MoeFamily.Definition,
        Qwen3MoeFamily.Definition,
        OlmoeFamily.Definition,
        GraniteMoeFamily.Definition,
        PhiMoeFamily.Definition,
        GptOssFamily.Definition,
        Lfm2Family.Definition,
    ];

    public static IReadOnlyList<FamilyDefinition> Families => All;

    /// <summary>The family of a config.json.</summary>
    /// <exception cref="ModelPackException">MPK1205, MPK1206: model_type or architectures name something else.</exception>
    public static FamilyDefinition Find(ModelConfig config)
    {
        string modelType = config.Text(Field) ?? throw config.Missing(Field);
        FamilyDefinition family = All.FirstOrDefault(f => f.ModelType == modelType)
            ?? throw config.Error(ArchitectureErrors.ModelType, Field, $"is {modelType}, which cannot be packed; supported are {string.Join(", ", All.Select(f => f.ModelType))} and the encoders {string.Join(", ", EncoderTable.Families.Select(f => f.ModelType))}");
        IReadOnlyList<string> architectures = config.Texts("architectures") ?? [];
        return architectures.Count == 0 || architectures.Any(family.Architectures.Contains)
            ? family
            : throw config.Error(ArchitectureErrors.Architectures, "architectures", $"is {string.Join(", ", architectures)}; a language model of model_type {modelType} is {family.Architectures[0]}");
    }
}
