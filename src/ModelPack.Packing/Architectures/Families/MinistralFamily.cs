namespace ModelPack.Packing.Architectures.Families;

/// <summary>Ministral 8B: Mistral's block where layer_types says which layers slide.</summary>
internal static class MinistralFamily
{
    public static FamilyDefinition Definition { get; } = MistralFamily.Definition with
    {
        ModelType = "ministral",
        Architectures = ["MinistralForCausalLM"],
        GenAiType = "decoder",
        Window = WindowRule.LayerTypes(absentWindow: 4096),
    };
}
