using System.Text.Json;
using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>
/// Fields that change what an encoder computes, with the values at which they change nothing. A family that does not read one
/// of them refuses every other value: leaving the field out of the graph would give a model that runs and is wrong.
/// </summary>
internal static class EncoderFields
{
    private static readonly Dictionary<string, string[]> Neutral = new(StringComparer.Ordinal)
    {
        ["add_cross_attention"] = ["false"],
        ["causal"] = ["false"],
        ["conv_kernel_size"] = ["0"],
        ["inner_group_num"] = ["1"],
        ["is_decoder"] = ["false"],
        ["is_encoder_decoder"] = ["false"],
        ["norm_rel_ebd"] = ["\"none\""],
        ["num_experts"] = ["0", "1"],
        ["parallel_block"] = ["false"],
        ["position_embedding_type"] = ["\"absolute\""],
        ["prenorm"] = ["false"],
        ["relative_attention"] = ["false"],
        ["rotary_emb_fraction"] = ["1", "1.0"],
        ["rotary_emb_interleaved"] = ["false"],
        ["rotary_emb_scale_base"] = [],
        ["rotary_scaling_factor"] = [],
        ["scale_attn_by_inverse_layer_idx"] = ["false"],
        ["scale_attn_weights"] = ["true"],
        ["share_att_key"] = ["true"],
        ["use_rms_norm"] = ["false"],
    };

    /// <summary>Refuses a field that asks for something the family does not compute.</summary>
    /// <exception cref="ModelPackException">MPK1209: the field and its value.</exception>
    public static void Check(ModelConfig config, EncoderDefinition family)
    {
        foreach (string field in config.Fields)
        {
            if (Neutral.TryGetValue(field, out string[]? neutral) && !family.Reads.Contains(field) && config.Raw(field) is JsonElement value && !neutral.Contains(value.GetRawText()))
            {
                throw config.Error(ArchitectureErrors.Feature, field, $"is {value.GetRawText()}, which cannot be packed for model_type {family.ModelType}");
            }
        }
    }
}
