using System.Text.Json.Nodes;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A made-up configuration in a temporary folder, the shapes of the tensors that go with it, and values for them.</summary>
internal sealed class TinyModel : IDisposable
{
    private readonly JsonObject _config;

    /// <summary>Writes config.json.</summary>
    /// <param name="modelType">Family.</param>
    /// <param name="fields">JSON object whose fields replace or join those of a small model.</param>
    /// <param name="layers">Number of layers of the weights and, unless <paramref name="fields"/> says otherwise, of the configuration.</param>
    public TinyModel(string modelType, string fields, int layers)
    {
        Layers = layers;
        _config = JsonNode.Parse("""
            { "hidden_size": 32, "intermediate_size": 48, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "vocab_size": 40, "max_position_embeddings": 64 }
            """)!.AsObject();
        _config["model_type"] = modelType;
        _config["num_hidden_layers"] = layers;
        foreach ((string name, JsonNode? value) in JsonNode.Parse(fields)!.AsObject())
        {
            _config[name] = value?.DeepClone();
        }

        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "config.json"), _config.ToJsonString());
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"modelpack-{Guid.NewGuid():N}");

    private int Layers { get; }

    /// <summary>Values of a weight that depend on its name alone: about 1 for norms, else of the size that keeps activations near 1.</summary>
    /// <param name="weight">Any weight.</param>
    public static float[] Values(DecoderWeight weight)
    {
        var random = new Random(weight.Name.Aggregate(17, (seed, c) => unchecked((seed * 31) + c)));
        double size = weight.IsMatrix ? 3 / Math.Sqrt(weight.Columns) : 0.5;
        double middle = weight.Role == WeightRole.Norm ? 1 : 0;
        var values = new float[weight.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(middle + (((random.NextDouble() * 2) - 1) * size));
        }

        return values;
    }

    public DecoderArchitecture Read() => DecoderArchitecture.Read(Path.Combine(Folder, "config.json"), Tensors());

    public void Dispose() => Directory.Delete(Folder, true);

    private Dictionary<string, TensorShape> Tensors()
    {
        const long Vocabulary = 40;
        long hidden = Size("hidden_size"), intermediate = Size("intermediate_size");
        long queries = Size("num_attention_heads") * Size("head_dim"), keys = Size("num_key_value_heads") * Size("head_dim");
        string modelType = _config["model_type"]!.ToString();
        var tensors = new Dictionary<string, TensorShape>();
        Add("model.embed_tokens.weight", Vocabulary, hidden);
        Add("lm_head.weight", Vocabulary, hidden);
        Add("model.norm.weight", hidden);
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            Add(prefix + "input_layernorm.weight", hidden);
            Add(prefix + "post_attention_layernorm.weight", hidden);
            Add(prefix + "self_attn.q_proj.weight", queries, hidden);
            Add(prefix + "self_attn.k_proj.weight", keys, hidden);
            Add(prefix + "self_attn.v_proj.weight", keys, hidden);
            Add(prefix + "self_attn.o_proj.weight", hidden, queries);
            Add(prefix + "mlp.gate_proj.weight", intermediate, hidden);
            Add(prefix + "mlp.up_proj.weight", intermediate, hidden);
            Add(prefix + "mlp.down_proj.weight", hidden, intermediate);
            if (modelType == "qwen2")
            {
                Add(prefix + "self_attn.q_proj.bias", queries);
                Add(prefix + "self_attn.k_proj.bias", keys);
                Add(prefix + "self_attn.v_proj.bias", keys);
            }

            if (modelType == "qwen3")
            {
                Add(prefix + "self_attn.q_norm.weight", Size("head_dim"));
                Add(prefix + "self_attn.k_norm.weight", Size("head_dim"));
            }
        }

        return tensors;

        long Size(string field) => (long)_config[field]!;

        void Add(string name, params long[] dims) => tensors.Add(name, new TensorShape(ElementType.Float32, dims));
    }
}
