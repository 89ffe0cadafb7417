using System.Text.Json.Nodes;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Road;

/// <summary>A Hugging Face folder of a few kilobytes with the tokenizer of TinyTales: a llama of two layers and seeded noise.</summary>
internal sealed class TinyCheckpoint : IDisposable
{
    private readonly Dictionary<string, float[]> _tensors = [];
    private readonly Dictionary<string, long[]> _shapes = [];

    public TinyCheckpoint(int hidden = 64, int intermediate = 96, int vocabulary = 2048, int seed = 1, string folderName = "tiny")
    {
        Folder = Path.Combine(Directory.CreateTempSubdirectory("modelpack-").FullName, folderName);
        Directory.CreateDirectory(Folder);
        foreach (string file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales", file), Path.Combine(Folder, file));
        }

        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["vocab_size"] = vocabulary,
            ["hidden_size"] = hidden,
            ["intermediate_size"] = intermediate,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["hidden_act"] = "silu",
            ["max_position_embeddings"] = 128,
            ["rms_norm_eps"] = 1e-5,
            ["tie_word_embeddings"] = true,
            ["bos_token_id"] = vocabulary - 4,
            ["eos_token_id"] = vocabulary - 1,
        };
        File.WriteAllText(Path.Combine(Folder, "config.json"), config.ToJsonString());

        var random = new Random(seed);
        Add(random, "model.embed_tokens.weight", vocabulary, hidden);
        for (int layer = 0; layer < 2; layer++)
        {
            string stem = $"model.layers.{layer}.";
            Add(random, stem + "input_layernorm.weight", hidden);
            Add(random, stem + "self_attn.q_proj.weight", hidden, hidden);
            Add(random, stem + "self_attn.k_proj.weight", hidden / 2, hidden);
            Add(random, stem + "self_attn.v_proj.weight", hidden / 2, hidden);
            Add(random, stem + "self_attn.o_proj.weight", hidden, hidden);
            Add(random, stem + "post_attention_layernorm.weight", hidden);
            Add(random, stem + "mlp.gate_proj.weight", intermediate, hidden);
            Add(random, stem + "mlp.up_proj.weight", intermediate, hidden);
            Add(random, stem + "mlp.down_proj.weight", hidden, intermediate);
        }

        Add(random, "model.norm.weight", hidden);
        Save();
    }

    public string Folder { get; }

    public string Weights => Path.Combine(Folder, "model.safetensors");

    public float[] this[string tensor] => _tensors[tensor];

    /// <summary>Writes the tensors as they are now.</summary>
    public void Save()
    {
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            Weights, _tensors.Select(tensor => (tensor.Key, ElementType.Float32, (IReadOnlyList<long>)_shapes[tensor.Key])));
        foreach (float[] values in _tensors.Values)
        {
            writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        }

        writer.Complete();
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);

    private void Add(Random random, string name, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < values.Length; i++)
        {
            double gaussian = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            values[i] = shape.Length == 1 ? 1 + (0.1f * (float)gaussian) : 0.1f * (float)gaussian;
        }

        _tensors[name] = values;
        _shapes[name] = shape;
    }
}
