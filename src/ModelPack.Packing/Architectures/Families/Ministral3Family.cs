namespace ModelPack.Packing.Architectures.Families;

/// <summary>Ministral 3: Mistral's block with yarn and queries that grow with their position.</summary>
internal static class Ministral3Family
{
    public static FamilyDefinition Definition { get; } = MistralFamily.Definition with
    {
        ModelType = "ministral3",
        Architectures = ["Ministral3ForCausalLM"],
        GenAiType = "decoder",
        MaxPositions = 262144,
        HeadSize = 128,
        Norm = new() { Epsilon = 1e-5 },
        Rope = new() { Theta = 1000000, Fields = ["llama_4_scaling_beta"] },
        Window = WindowRule.WhereGiven,
    };
}
