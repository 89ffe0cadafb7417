using System.Text.Json.Nodes;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A made-up configuration in a temporary folder, with the shapes of the tensors that go with it.</summary>
internal sealed class TinyModel : IDisposable
{
    private const int Hidden = 32, Intermediate = 48, Heads = 4, KeyValueHeads = 2, HeadSize = 8, Vocabulary = 40;
    private readonly string _modelType;
    private readonly int _layers;

    public TinyModel(string modelType, string fields, int layers)
    {
        _modelType = modelType;
        _layers = layers;
        var config = new JsonObject
        {
            ["model_type"] = modelType,
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Intermediate,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyValueHeads,
            ["head_dim"] = HeadSize,
            ["num_hidden_layers"] = layers,
            ["vocab_size"] = Vocabulary,
            ["max_position_embeddings"] = 64,
        };
        foreach ((string name, JsonNode? value) in JsonNode.Parse(fields)!.AsObject())
        {
            config[name] = value?.DeepClone();
        }

        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "config.json"), config.ToJsonString());
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"modelpack-{Guid.NewGuid():N}");

    public DecoderArchitecture Read() => DecoderArchitecture.Read(Path.Combine(Folder, "config.json"), Tensors());

    public void Dispose() => Directory.Delete(Folder, true);

    private Dictionary<string, TensorShape> Tensors()
    {
        var tensors = new Dictionary<string, TensorShape>();
        Add("model.embed_tokens.weight", Vocabulary, Hidden);
        Add("lm_head.weight", Vocabulary, Hidden);
        Add("model.norm.weight", Hidden);
        for (int layer = 0; layer < _layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            Add(prefix + "input_layernorm.weight", Hidden);
            Add(prefix + "post_attention_layernorm.weight", Hidden);
            Add(prefix + "self_attn.q_proj.weight", Heads * HeadSize, Hidden);
            Add(prefix + "self_attn.k_proj.weight", KeyValueHeads * HeadSize, Hidden);
            Add(prefix + "self_attn.v_proj.weight", KeyValueHeads * HeadSize, Hidden);
            Add(prefix + "self_attn.o_proj.weight", Hidden, Heads * HeadSize);
            Add(prefix + "mlp.gate_proj.weight", Intermediate, Hidden);
            Add(prefix + "mlp.up_proj.weight", Intermediate, Hidden);
            Add(prefix + "mlp.down_proj.weight", Hidden, Intermediate);
            if (_modelType == "qwen2")
            {
                Add(prefix + "self_attn.q_proj.bias", Heads * HeadSize);
                Add(prefix + "self_attn.k_proj.bias", KeyValueHeads * HeadSize);
                Add(prefix + "self_attn.v_proj.bias", KeyValueHeads * HeadSize);
            }

            if (_modelType == "qwen3")
            {
                Add(prefix + "self_attn.q_norm.weight", HeadSize);
                Add(prefix + "self_attn.k_norm.weight", HeadSize);
            }
        }

        return tensors;

        void Add(string name, params long[] dims) => tensors.Add(name, new TensorShape(ElementType.Float32, dims));
    }
}
