using System.Globalization;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>
/// Every module of GGUF files and where it stands in a family's checkpoints: the one table for reading and writing. Names of modules and what
/// may have a bias are llama.cpp's. Pure.
/// </summary>
internal static class GgufModules
{
    public const string Embedding = "token_embd";
    public const string FinalNorm = "output_norm";
    public const string Head = "output";
    public const string Query = "attn_q";
    public const string Key = "attn_k";
    public const string QueryKeyValue = "attn_qkv";
    public const string QueryNorm = "attn_q_norm";
    public const string FeedForwardNorm = "ffn_norm";
    public const string Up = "ffn_up";
    public const string Down = "ffn_down";
    public const string AttentionOutput = "attn_output";
    public const string SharedGate = "ffn_gate_inp_shexp";
    private const string SharedExpert = "mlp.shared_expert";

    /// <summary>Name of a tensor outside the blocks, or inside one.</summary>
    public static string Tensor(int? block, string module, string ending) =>
        block is int layer ? string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{module}{ending}") : module + ending;

    /// <summary>Modules outside the blocks.</summary>
    public static IEnumerable<GgufModule> Outside(WeightNames names) => Present(
        new GgufModule(Embedding, [names.Embedding]),
        new GgufModule("position_embd", [names.Positions]),
        new GgufModule("token_embd_norm", [names.EmbeddingNorm]),
        new GgufModule(FinalNorm, [names.FinalNorm]),
        new GgufModule(Head, [names.Head]));

    /// <summary>Modules of a block.</summary>
    /// <param name="family">The family.</param>
    /// <param name="gguf">The family in GGUF files.</param>
    /// <param name="sizes">Query heads, key heads, experts.</param>
    public static IEnumerable<GgufModule> Inside(FamilyDefinition family, GgufFamily gguf, (int Heads, int KeyHeads, int Experts) sizes)
    {
        WeightNames names = family.Names;
        return
        [
            .. Present(
                new GgufModule("attn_norm", [names.AttentionNorm ?? string.Empty]),
                new GgufModule(AttentionOutput, [names.Output]),
                new GgufModule("attn_sinks", [names.Sinks]) { IsBare = true },
                new GgufModule("post_attention_norm", [names.AttentionOutputNorm ?? string.Empty]),
                new GgufModule(gguf.FeedForwardNorm, [names.FeedForwardNorm ?? string.Empty]),
                new GgufModule("post_ffw_norm", [names.FeedForwardOutputNorm ?? string.Empty]),
                new GgufModule(Down, [names.Down])),
            HeadNorm(QueryNorm, names.QueryNorm, family, sizes.Heads),
            HeadNorm("attn_k_norm", names.KeyNorm, family, sizes.KeyHeads),
            .. gguf.FusesQueryKeyValue
                ? [new GgufModule(QueryKeyValue, [names.Query, names.Key, names.Value])]
                : new[] { new GgufModule(Query, [names.Query]) { IsTurned = true }, new GgufModule(Key, [names.Key]) { IsTurned = true }, new GgufModule("attn_v", [names.Value]) },
            .. gguf.FusesGateUp
                ? [new GgufModule(Up, [names.Gate, names.Up])]
                : new[] { new GgufModule("ffn_gate", [names.Gate]), new GgufModule(Up, [names.Up]) },
            .. family.Mixture is { } mixture ? Mixture(mixture, sizes.Experts) : [],
        ];
    }

    private static GgufModule HeadNorm(string name, string published, FamilyDefinition family, int heads) => family.Attention.Norms switch
    {
        QueryKeyNorm.PerHeadOwnTensors => new GgufModule(name, [.. Enumerable.Range(0, heads).Select(head => $"{published}.norms.{head}")]) { IsStacked = true },
        QueryKeyNorm.PerHeadOwn => new GgufModule(name, [published]) { IsOfHeads = true },
        _ => new GgufModule(name, [published]),
    };

    private static IEnumerable<GgufModule> Mixture(MixtureStyle mixture, int experts)
    {
        ExpertNames names = ExpertNames.Of(mixture);
        return
        [
            new GgufModule("ffn_gate_inp", [mixture.Router]),
            Stacked("ffn_gate_exps", names.Gate),
            Stacked("ffn_up_exps", names.Up),
            Stacked("ffn_down_exps", names.Down),
            new GgufModule("ffn_gate_shexp", [$"{SharedExpert}.gate_proj"]),
            new GgufModule("ffn_up_shexp", [$"{SharedExpert}.up_proj"]),
            new GgufModule("ffn_down_shexp", [$"{SharedExpert}.down_proj"]),
            new GgufModule(SharedGate, [$"{SharedExpert}_gate"]),
        ];

        GgufModule Stacked(string name, string published) =>
            new(name, [.. Enumerable.Range(0, experts).Select(expert => string.Format(CultureInfo.InvariantCulture, published, expert))]) { IsStacked = true };
    }

    private static IEnumerable<GgufModule> Present(params GgufModule[] modules) => modules.Where(module => module.Parts[0].Length > 0);
}
