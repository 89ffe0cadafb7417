namespace ModelPack.Packing.Architectures.Families;

/// <summary>Granite with experts: Granite's multipliers, experts in one tensor a layer.</summary>
internal static class GraniteMoeFamily
{
    public static FamilyDefinition Definition { get; } = GraniteFamily.Definition with
    {
        ModelType = "granitemoe",
        Architectures = ["GraniteMoeForCausalLM"],
        GenAiType = "decoder",
        Mixture = new()
        {
            CountField = MixtralFamily.CountField,
            Count = 8,
            Chosen = 2,
            Routing = ExpertRouting.SoftmaxOfChosen,
            Layout = ExpertLayout.Stacked,
            Router = "block_sparse_moe.router.layer",
            Gate = "block_sparse_moe.input_linear",
            Up = "block_sparse_moe.input_linear",
            Down = "block_sparse_moe.output_linear",
        },
        Reads = [.. GraniteFamily.Definition.Reads, MixtralFamily.CountField],
        Adapt = (config, family) => GraniteFamily.Multiplied(config, MixtralFamily.Chosen(config, family)),
    };
}
