using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace ModelPack.Integration.Tests.Builds;

/// <summary>A Hugging Face folder of a one-layer llama with random weights and the tokenizer of TinyTales: packs in no time.</summary>
internal static class TinyModel
{
    private const int Vocabulary = 2048;
    private const int Hidden = 64;
    private const int Intermediate = 128;
    private const int KeyWidth = 32;

    private static readonly string[] SharedFiles = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json"];

    private static readonly (string Name, int[] Shape)[] LayerTensors =
    [
        ("self_attn.q_proj", [Hidden, Hidden]),
        ("self_attn.k_proj", [KeyWidth, Hidden]),
        ("self_attn.v_proj", [KeyWidth, Hidden]),
        ("self_attn.o_proj", [Hidden, Hidden]),
        ("mlp.gate_proj", [Intermediate, Hidden]),
        ("mlp.up_proj", [Intermediate, Hidden]),
        ("mlp.down_proj", [Hidden, Intermediate]),
        ("input_layernorm", [Hidden]),
        ("post_attention_layernorm", [Hidden]),
    ];

    /// <summary>Writes the folder; another seed gives other weights, more layers a larger file.</summary>
    public static void Write(string folder, int seed = 1, int layers = 1)
    {
        Directory.CreateDirectory(folder);
        string tinyTales = Path.Combine(ModelPack.Tests.SharedFolder.Repository, "samples", "models", "tinytales");
        foreach (string file in SharedFiles)
        {
            File.WriteAllBytes(Path.Combine(folder, file), File.ReadAllBytes(Path.Combine(tinyTales, file)));
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "float16", "hidden_act": "silu",
              "vocab_size": {{Vocabulary}}, "hidden_size": {{Hidden}}, "intermediate_size": {{Intermediate}},
              "num_hidden_layers": {{layers}}, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 32,
              "max_position_embeddings": 512, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "tie_word_embeddings": true,
              "bos_token_id": 2044, "eos_token_id": 2047, "pad_token_id": 2047
            }
            """);
        WriteWeights(Path.Combine(folder, "model.safetensors"), seed, layers);
    }

    private static void WriteWeights(string path, int seed, int layers)
    {
        List<(string Name, int[] Shape)> tensors = [("model.embed_tokens", [Vocabulary, Hidden]), ("model.norm", [Hidden])];
        for (int layer = 0; layer < layers; layer++)
        {
            tensors.AddRange(LayerTensors.Select(tensor => ($"model.layers.{layer}.{tensor.Name}", tensor.Shape)));
        }

        var header = new Dictionary<string, object>();
        long offset = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            long end = offset + (2L * shape.Aggregate(1, (product, size) => product * size));
            header[name + ".weight"] = new Dictionary<string, object> { ["dtype"] = "F16", ["shape"] = shape, ["data_offsets"] = new[] { offset, end } };
            offset = end;
        }

        string json = JsonSerializer.Serialize(header);
        json = json.PadRight((json.Length + 7) / 8 * 8);
        var random = new Random(seed);
        using FileStream file = File.Create(path);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, json.Length);
        file.Write(number);
        file.Write(Encoding.ASCII.GetBytes(json));
        foreach ((string name, int[] shape) in tensors)
        {
            bool isNorm = shape.Length == 1;
            float scale = name.Contains("embed", StringComparison.Ordinal) ? 1f : 1f / MathF.Sqrt(shape[^1]);
            byte[] values = new byte[2 * shape.Aggregate(1, (product, size) => product * size)];
            for (int i = 0; i < values.Length; i += 2)
            {
                float value = isNorm ? 1f : scale * ((2f * random.NextSingle()) - 1f);
                BinaryPrimitives.WriteHalfLittleEndian(values.AsSpan(i), (Half)value);
            }

            file.Write(values);
        }
    }
}
