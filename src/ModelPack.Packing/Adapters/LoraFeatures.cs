using System.Text.Json;
using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Adapters;

/// <summary>The fields of adapter_config.json that this version does not follow, and which of them may be passed over.</summary>
internal static class LoraFeatures
{
    // Read elsewhere, or about training and about where the adapter came from.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "peft_type", "r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern",
        "init_lora_weights", "bias", "modules_to_save", "fan_in_fan_out",
        "task_type", "base_model_name_or_path", "revision", "peft_version", "inference_mode", "auto_mapping", "lora_dropout", "loftq_config", "eva_config",
        "corda_config", "lora_ga_config", "runtime_config", "megatron_core", "qalora_group_size", "ensure_weight_tying",
    };

    // Ways to begin that leave the base as it was, since one of the two factors begins as zero or their product does.
    private static readonly HashSet<string> NeutralBeginnings = new(StringComparer.OrdinalIgnoreCase) { "gaussian", "eva", "orthogonal" };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["use_dora"] = "DoRA also rescales every weight's columns, which is no low-rank sum",
        ["lora_bias"] = "the low-rank products have biases of their own",
        ["layer_replication"] = "layers of the base are repeated",
        ["target_parameters"] = "tensors that are no linear layers, such as stacked experts, have low-rank sums",
        ["trainable_token_indices"] = "single rows of the embedding were trained",
        ["alora_invocation_tokens"] = "the adapter is switched on in the middle of a text",
    };

    /// <summary>Refuses what is no plain LoRA.</summary>
    /// <exception cref="ModelPackException">MPK1251: the field and why.</exception>
    public static void RefuseOthers(ModelConfig config)
    {
        if (config.Text("peft_type") is not "LORA")
        {
            throw config.Error(AdapterErrors.Unsupported, "peft_type", $"is {config.Text("peft_type") ?? "missing"}; only LORA can be packed, merge the adapter into its base with PEFT");
        }

        if (config.Raw("init_lora_weights") is { ValueKind: JsonValueKind.String } beginning && !NeutralBeginnings.Contains(beginning.GetString()!))
        {
            throw config.Error(AdapterErrors.Unsupported, "init_lora_weights", $"is {beginning.GetString()}, which changed the base's own weights before training; convert the adapter with PEFT (path_initial_model_for_weight_conversion), or merge it there");
        }

        foreach (string field in config.Fields.Where(field => !Known.Contains(field) && !IsNeutral(config.Raw(field)!.Value)))
        {
            string reason = Reasons.TryGetValue(field, out string? known) ? $": {known}" : string.Empty;
            throw config.Error(AdapterErrors.Unsupported, field, $"asks for something that this version cannot do{reason}; merge the adapter into its base with PEFT and pack that");
        }
    }

    private static bool IsNeutral(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.String => value.GetString()!.Length == 0,
        _ => false,
    };
}
