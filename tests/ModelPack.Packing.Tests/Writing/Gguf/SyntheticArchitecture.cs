using System.Text.Json.Nodes;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>A llama of any shape without weights, and a GGUF file of zeros for it, in a temporary folder.</summary>
internal sealed class SyntheticArchitecture : IDisposable
{
    private const int Vocabulary = 64;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-").FullName;

    public SyntheticArchitecture(int layers, int keyHeads, bool tied, int hidden = 256, int intermediate = 256)
    {
        const int heads = 8;
        var config = new JsonObject
        {
            ["model_type"] = "llama",
            ["vocab_size"] = Vocabulary,
            ["hidden_size"] = hidden,
            ["intermediate_size"] = intermediate,
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keyHeads,
            ["hidden_act"] = "silu",
            ["max_position_embeddings"] = 128,
            ["tie_word_embeddings"] = tied,
        };
        string file = System.IO.Path.Combine(_folder, "config.json");
        File.WriteAllText(file, config.ToJsonString());

        var tensors = new Dictionary<string, TensorShape>(StringComparer.Ordinal);
        int keys = hidden / heads * keyHeads;
        Add("model.embed_tokens", Vocabulary, hidden);
        Add("model.norm", hidden);
        if (!tied)
        {
            Add("lm_head", Vocabulary, hidden);
        }

        for (int layer = 0; layer < layers; layer++)
        {
            string stem = $"model.layers.{layer}.";
            Add(stem + "input_layernorm", hidden);
            Add(stem + "self_attn.q_proj", hidden, hidden);
            Add(stem + "self_attn.k_proj", keys, hidden);
            Add(stem + "self_attn.v_proj", keys, hidden);
            Add(stem + "self_attn.o_proj", hidden, hidden);
            Add(stem + "post_attention_layernorm", hidden);
            Add(stem + "mlp.gate_proj", intermediate, hidden);
            Add(stem + "mlp.up_proj", intermediate, hidden);
            Add(stem + "mlp.down_proj", hidden, intermediate);
        }

        Architecture = DecoderArchitecture.Read(file, tensors);
        WriteZeros();

        void Add(string module, params long[] shape) => tensors[module + ".weight"] = new TensorShape(ElementType.Float16, shape);
    }

    public DecoderArchitecture Architecture { get; }

    public string Path => System.IO.Path.Combine(_folder, "zeros.gguf");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WriteZeros()
    {
        var metadata = new MetadataList();
        metadata.Add("general.architecture", "llama");
        ArchitectureMetadata.Add(metadata, Architecture);
        metadata.Add("general.file_type", 1);
        GgufTensorInfo[] tensors =
        [
            .. TensorNames.Of(Architecture).Select(tensor => new GgufTensorInfo(tensor.Name, tensor.Parts[0].Weight.IsMatrix ? GgufTensorType.F16 : GgufTensorType.F32, tensor.Shape)),
        ];
        using GgufWriter writer = GgufWriter.Create(Path, metadata.Pairs, tensors);
        foreach (GgufTensorInfo tensor in tensors)
        {
            writer.Write(new byte[tensor.ByteLength]);
        }

        writer.Complete();
    }
}
