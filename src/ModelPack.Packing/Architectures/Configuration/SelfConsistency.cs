using ModelPack.Packing.Architectures.Rope;

namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>What no family could mean: checked before the family is looked up, so that the message names the field at fault.</summary>
internal static class SelfConsistency
{
    private static readonly string[] ExpertCounts = ["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"];

    /// <exception cref="ModelPackException">MPK1204, MPK1208, MPK1210, MPK1211: the field and what is wrong with it.</exception>
    public static void Check(ModelConfig config)
    {
        RefuseQuantized(config);
        if (config.OptionalInteger("num_hidden_layers", 1) is int layers)
        {
            LayerTypeNames.Read(config, layers, LayerTypeNames.Any);
        }

        CheckExperts(config);
        LongRopeFactors.Check(config);
    }

    private static void RefuseQuantized(ModelConfig config)
    {
        if (config.Section("quantization_config") is ModelConfig section)
        {
            throw section.Error(ArchitectureErrors.AlreadyQuantized, "quant_method", $"is {section.Text("quant_method") ?? "missing"}: the weights are quantized already; take the unquantized checkpoint");
        }
    }

    private static void CheckExperts(ModelConfig config)
    {
        const string Chosen = "num_experts_per_tok";
        foreach (string field in ExpertCounts)
        {
            if (config.OptionalInteger(field, 0) is int experts and > 0 && config.OptionalInteger(Chosen, 1) > experts)
            {
                throw config.Invalid(Chosen, $"is more than {field} ({experts})");
            }
        }
    }
}
