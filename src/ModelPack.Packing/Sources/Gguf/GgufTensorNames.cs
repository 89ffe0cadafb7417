using System.Globalization;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>From the names of tensors in GGUF files to the published names. Pure.</summary>
internal static class GgufTensorNames
{
    /// <summary>The embedding table.</summary>
    public const string Embedding = "token_embd.weight";

    /// <summary>The output head; absent where the embedding is both.</summary>
    public const string Head = "output.weight";

    private const string LayerPrefix = "blk.";

    private static readonly Dictionary<string, string> Outside = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> Inside = new(StringComparer.Ordinal)
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>The published name, or null where there is none.</summary>
    public static string? ToPublished(string name)
    {
        int end = name.LastIndexOf('.');
        if (end < 0 || name[end..] is not (".weight" or ".bias"))
        {
            return null;
        }

        string module = name[..end];
        if (Outside.TryGetValue(module, out string? outside))
        {
            return outside + name[end..];
        }

        string[] parts = module.Split('.');
        return parts.Length == 3 && module.StartsWith(LayerPrefix, StringComparison.Ordinal) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            && Inside.TryGetValue(parts[2], out string? inside)
                ? string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{inside}{name[end..]}")
                : null;
    }
}
