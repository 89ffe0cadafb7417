using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>GGUF's names of a decoder's weights, and their order in a file.</summary>
internal static class TensorNames
{
    public const string Embedding = "token_embd.weight";
    public const string Head = "output.weight";
    public const string FinalNorm = "output_norm.weight";
    public const string RopeDivisors = "rope_freqs.weight";

    /// <summary>Every weight, in the order in which llama.cpp's quantizer writes them: outside the blocks by name, then block by block by name.</summary>
    /// <exception cref="ModelPackException">MPK1701: llama.cpp does not know the family.</exception>
    public static IReadOnlyList<NamedWeight> Of(DecoderArchitecture architecture)
    {
        GgufFamily family = FamilyOf(architecture);
        NamedWeight[] weights =
        [
            new(Embedding, architecture.Embedding.Table),
            .. Factors(FinalNorm, architecture.Head.Norm),
            .. architecture.Tied ? Array.Empty<NamedWeight>() : Parts(Head[..Head.LastIndexOf('.')], architecture.Head.Output),
            .. architecture.Blocks.SelectMany(layer => Layer(layer, family)),
        ];

        // llama.cpp loads biases of its architecture llama and computes other logits with them than the reference does.
        DecoderWeight? nameless = architecture.Weights.Except(weights.Select(named => named.Weight)).FirstOrDefault()
            ?? architecture.Weights.FirstOrDefault(weight => weight.Role == WeightRole.Bias && family.RotatesNeighbours);
        return nameless is null
            ? [.. weights.OrderBy(named => named.Weight.Layer ?? -1).ThenBy(named => named.Name, StringComparer.Ordinal)]
            : throw new ModelPackException(
                GgufOutputErrors.UnknownFamily,
                $"{architecture.ConfigFile}: llama.cpp's architecture {family.Architecture} has no place for {nameless.Name}; pack the model as Format onnx.");
    }

    /// <summary>The family in GGUF files.</summary>
    /// <exception cref="ModelPackException">MPK1701: llama.cpp does not know it.</exception>
    public static GgufFamily FamilyOf(DecoderArchitecture architecture) => GgufFamily.Find(architecture.ModelType) ?? throw new ModelPackException(
        GgufOutputErrors.UnknownFamily,
        $"{architecture.ConfigFile}: models of model_type {architecture.ModelType} cannot be written as GGUF by this version; pack the model as Format onnx. GGUF is written for {string.Join(", ", GgufFamily.ModelTypes)}.");

    private static IEnumerable<NamedWeight> Layer(DecoderLayer layer, GgufFamily family)
    {
        string prefix = $"blk.{layer.Index}.";
        AttentionWeights attention = layer.Attention!;
        return
        [
            .. Factors(prefix + "attn_norm.weight", layer.Norms.Attention),
            .. Parts(prefix + "attn_q", attention.Query, family.RotatesNeighbours),
            .. Parts(prefix + "attn_k", attention.Key, family.RotatesNeighbours),
            .. Parts(prefix + "attn_v", attention.Value),
            .. Parts(prefix + "attn_output", attention.Output),
            .. Factors(prefix + "attn_q_norm.weight", attention.QueryNorm),
            .. Factors(prefix + "attn_k_norm.weight", attention.KeyNorm),
            .. Factors(prefix + "ffn_norm.weight", layer.Norms.FeedForward),
            .. layer.FeedForward?.Gate is { } gate ? Parts(prefix + "ffn_gate", gate) : [],
            .. layer.FeedForward is { } up ? Parts(prefix + "ffn_up", up.Up) : [],
            .. layer.FeedForward is { } down ? Parts(prefix + "ffn_down", down.Down) : [],
        ];
    }

    private static NamedWeight[] Factors(string name, Norm? norm) => norm is { Factors: [var factors] } ? [new(name, factors)] : [];

    private static NamedWeight[] Parts(string module, Linear linear, bool neighbours = false) => linear.Bias is { } bias
        ? [new(module + ".weight", linear.Weight, neighbours), new(module + ".bias", bias, neighbours)]
        : [new(module + ".weight", linear.Weight, neighbours)];
}
