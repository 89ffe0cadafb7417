using System.Text.Json;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Quantization;

namespace ModelPack.Benchmarks.Mixtures;

/// <summary>One layer of a mixture of OLMoE's size with codes and scales of noise: 4 bits, groups of 32, no zero points, which is what both forms can hold.</summary>
internal sealed class MixtureModel
{
    public const int Hidden = 2048;
    public const int Inner = 1024;
    public const int Experts = 64;
    public const int Chosen = 8;
    private const int Heads = 16;
    private const int Vocabulary = 32;

    public MixtureModel()
    {
        string folder = Directory.CreateTempSubdirectory("modelpack-mixture-").FullName;
        try
        {
            string config = Path.Combine(folder, "config.json");
            File.WriteAllText(config, JsonSerializer.Serialize(new
            {
                model_type = "qwen3_moe", hidden_size = Hidden, intermediate_size = Inner, moe_intermediate_size = Inner, num_hidden_layers = 1, num_attention_heads = Heads, num_key_value_heads = Heads,
                head_dim = Hidden / Heads, num_experts = Experts, num_experts_per_tok = Chosen, norm_topk_prob = true, vocab_size = Vocabulary, hidden_act = "silu", tie_word_embeddings = true,
            }));
            Architecture = DecoderArchitecture.Read(config, Shapes());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static QuantizationScheme Scheme { get; } = new(4, 32, CodeGrid.Symmetric);

    public DecoderArchitecture Architecture { get; }

    public MixtureWeights Weights => Architecture.Blocks[0].Mixture!;

    /// <summary>Codes of a matrix, two a byte.</summary>
    public static byte[] Codes(DecoderWeight weight)
    {
        var codes = new byte[weight.ElementCount / 2];
        new Random(Seed(weight)).NextBytes(codes);
        return codes;
    }

    /// <summary>Scales of a matrix, numbers of float16.</summary>
    public static Half[] Scales(DecoderWeight weight)
    {
        var random = new Random(Seed(weight) + 1);
        return [.. Enumerable.Range(0, (int)(weight.ElementCount / Scheme.GroupSize)).Select(_ => (Half)(0.002 + (0.002 * random.NextDouble())))];
    }

    /// <summary>Values of a float weight.</summary>
    public static float[] Values(DecoderWeight weight)
    {
        var random = new Random(Seed(weight));
        return [.. Enumerable.Range(0, (int)weight.ElementCount).Select(_ => (float)((random.NextDouble() - 0.5) * 0.1))];
    }

    private static int Seed(DecoderWeight weight) => weight.Name.Aggregate(17, (seed, letter) => unchecked((seed * 31) + letter));

    private static Dictionary<string, TensorShape> Shapes()
    {
        var shapes = new Dictionary<string, TensorShape>(StringComparer.Ordinal);
        Add("model.embed_tokens", Vocabulary, Hidden);
        Add("model.norm", Hidden);
        const string Layer = "model.layers.0.";
        Add(Layer + "input_layernorm", Hidden);
        Add(Layer + "post_attention_layernorm", Hidden);
        foreach (string projection in new[] { "q_proj", "k_proj", "v_proj", "o_proj" })
        {
            Add($"{Layer}self_attn.{projection}", Hidden, Hidden);
        }

        Add(Layer + "self_attn.q_norm", Hidden / Heads);
        Add(Layer + "self_attn.k_norm", Hidden / Heads);
        Add(Layer + "mlp.gate", Experts, Hidden);
        for (int expert = 0; expert < Experts; expert++)
        {
            Add($"{Layer}mlp.experts.{expert}.gate_proj", Inner, Hidden);
            Add($"{Layer}mlp.experts.{expert}.up_proj", Inner, Hidden);
            Add($"{Layer}mlp.experts.{expert}.down_proj", Hidden, Inner);
        }

        return shapes;

        void Add(string module, params long[] shape) => shapes[module + ".weight"] = new TensorShape(ElementType.Float32, shape);
    }
}
