using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;

namespace ModelPack.Benchmarks.Checkpoints;

/// <summary>
/// Writes the SmolLM2-135M-Instruct of shared/models as a Hugging Face folder in float16, the form in which the other quantizers saw it.
/// The file holds Q4_1 blocks, so that 4 bits in asymmetric groups of 32 would say nothing about a method.
/// </summary>
internal static class SmolLm2Checkpoint
{
    private const string SourceFolder = "models/smollm2-135m-instruct";
    private const string SourceFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

    private static readonly string[] Companions = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];

    // GGUF names and Hugging Face names (docs/gguf-facts.md section 4); N stands for the block.
    private static readonly (string Gguf, string HuggingFace)[] Names =
    [
        ("token_embd", "model.embed_tokens"),
        ("output_norm", "model.norm"),
        ("blk.N.attn_norm", "model.layers.N.input_layernorm"),
        ("blk.N.attn_q", "model.layers.N.self_attn.q_proj"),
        ("blk.N.attn_k", "model.layers.N.self_attn.k_proj"),
        ("blk.N.attn_v", "model.layers.N.self_attn.v_proj"),
        ("blk.N.attn_output", "model.layers.N.self_attn.o_proj"),
        ("blk.N.ffn_norm", "model.layers.N.post_attention_layernorm"),
        ("blk.N.ffn_gate", "model.layers.N.mlp.gate_proj"),
        ("blk.N.ffn_up", "model.layers.N.mlp.up_proj"),
        ("blk.N.ffn_down", "model.layers.N.mlp.down_proj"),
    ];

    /// <summary>`smollm2 FOLDER`: writes it for use by hand.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("smollm2 FOLDER");
            return 2;
        }

        Write(Repository.Shared(), arguments[0]);
        return 0;
    }

    /// <summary>Writes the folder; nothing happens where it is complete already.</summary>
    public static void Write(string shared, string folder)
    {
        string source = Path.Combine(shared, SourceFolder);
        string weights = Path.Combine(folder, "model.safetensors");
        if (File.Exists(weights))
        {
            return;
        }

        Directory.CreateDirectory(folder);

        // Not File.Copy: it would make read-only copies of read-only files.
        Array.ForEach(Companions, name => File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(source, name))));
        using GgufFile file = GgufFile.Open(Path.Combine(source, SourceFile));
        GgufTensor[] tensors = [.. file.Tensors.OrderBy(tensor => HuggingFaceName(tensor.Name), StringComparer.Ordinal)];
        using (SafetensorsWriter writer = SafetensorsWriter.Create(
            weights + ".part",
            tensors.Select(tensor => (HuggingFaceName(tensor.Name), ElementType.Float16, tensor.Shape)),
            new Dictionary<string, string> { ["format"] = "pt" }))
        {
            foreach (GgufTensor tensor in tensors)
            {
                var values = new float[tensor.ElementCount];
                tensor.ReadFloat32(0, values);
                tensor.Release();
                writer.Write(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(Rows(tensor, values, file.Metadata), value => (Half)value)));
            }

            writer.Complete();
        }

        File.Move(weights + ".part", weights);
    }

    private static string HuggingFaceName(string name)
    {
        string[] parts = name.Split('.');
        string block = parts[0] == "blk" ? parts[1] : "";
        string general = (block.Length > 0 ? $"blk.N.{parts[2]}" : parts[0]);
        return Names.First(pair => pair.Gguf == general).HuggingFace.Replace("N", block, StringComparison.Ordinal) + ".weight";
    }

    private static float[] Rows(GgufTensor tensor, float[] values, IReadOnlyDictionary<string, GgufValue> metadata)
    {
        string? heads = tensor.Name.EndsWith("attn_q.weight", StringComparison.Ordinal) ? "llama.attention.head_count"
            : tensor.Name.EndsWith("attn_k.weight", StringComparison.Ordinal) ? "llama.attention.head_count_kv" : null;
        return heads is null ? values : Halves(values, (int)tensor.Shape[0], (int)(uint)metadata[heads].Content);
    }

    /// <summary>Neighbours become halves: in a head of h rows, row i is the file's row 2i, and row i + h / 2 its row 2i + 1.</summary>
    private static float[] Halves(float[] values, int rows, int heads)
    {
        int columns = values.Length / rows;
        int size = rows / heads;
        var result = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            int inHead = row % size;
            int to = row - inHead + (inHead / 2) + (inHead % 2 * (size / 2));
            values.AsSpan(row * columns, columns).CopyTo(result.AsSpan(to * columns));
        }

        return result;
    }
}
