using System.Text.Json;

namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>
/// Fields that change what a decoder computes, with the values at which they change nothing. A family that does not read one
/// of them refuses every other value: leaving the field out of the graph would give a model that runs and is wrong.
/// </summary>
internal static class MathFields
{
    private static readonly Dictionary<string, Func<JsonElement, bool>> Neutral = new(StringComparer.Ordinal)
    {
        ["add_cross_attention"] = IsFalse,
        ["alibi"] = IsFalse,
        ["apply_residual_connection_post_layernorm"] = IsFalse,
        ["attention_multiplier"] = _ => false,
        ["attention_out_bias"] = IsFalse,
        ["attn_logit_softcapping"] = IsZero,
        ["clip_qkv"] = _ => false,
        ["embedding_multiplier"] = IsOne,
        ["final_logit_softcapping"] = IsZero,
        ["is_encoder_decoder"] = IsFalse,
        ["layer_norm_elementwise_affine"] = IsTrue,
        ["logit_scale"] = IsOne,
        ["logits_scaling"] = IsOne,
        ["mup_width_multiplier"] = IsOne,
        ["n_routed_experts"] = IsZero,
        ["no_rope_layers"] = IsOneEverywhere,
        ["num_experts"] = IsZero,
        ["num_local_experts"] = IsZero,
        ["parallel_attn"] = IsFalse,
        ["partial_rotary_factor"] = IsOne,
        ["qk_layernorm"] = IsFalse,
        ["query_pre_attn_scalar"] = _ => false,
        ["residual_multiplier"] = IsOne,
        ["rope_local_base_freq"] = _ => false,
        ["rotary_pct"] = IsOne,
        ["scale_depth"] = IsOne,
        ["scale_attn_weights"] = IsTrue,
        ["scale_emb"] = IsOne,
        ["use_bidirectional_attention"] = IsFalse,
        ["use_mrope"] = IsFalse,
        ["use_parallel_residual"] = IsFalse,
        ["use_qk_norm"] = IsFalse,
        ["use_sliding_window"] = IsFalse,
    };

    /// <summary>Refuses a field that asks for something the family does not compute.</summary>
    /// <exception cref="ModelPackException">MPK1209: the field and its value.</exception>
    public static void Check(ModelConfig config, IReadOnlyList<string> read, string modelType)
    {
        foreach (string field in config.Fields)
        {
            if (Neutral.TryGetValue(field, out Func<JsonElement, bool>? isNeutral) && !read.Contains(field) && !isNeutral(config.Raw(field)!.Value))
            {
                throw config.Error(ArchitectureErrors.Feature, field, $"is {config.Raw(field)!.Value.GetRawText()}, which models of model_type {modelType} do not have; is model_type right?");
            }
        }
    }

    private static bool IsFalse(JsonElement value) => value.ValueKind == JsonValueKind.False;

    private static bool IsTrue(JsonElement value) => value.ValueKind == JsonValueKind.True;

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0;

    private static bool IsOne(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 1;

    private static bool IsOneEverywhere(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsOne);
}
