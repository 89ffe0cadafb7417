using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>A Llama of random weights whose rows are whole blocks of 256, so that every tensor can have a K type. For sizes and speeds only.</summary>
internal static class WideModel
{
    private const int Hidden = 1024, Intermediate = 2816, Layers = 6, Heads = 16, KvHeads = 4, Vocabulary = 4096, FirstByte = 3;

    public static void Write(string path)
    {
        var metadata = new Dictionary<string, object>
        {
            ["general.architecture"] = "llama",
            ["general.name"] = "wide",
            ["llama.block_count"] = (uint)Layers,
            ["llama.context_length"] = 1024u,
            ["llama.embedding_length"] = (uint)Hidden,
            ["llama.feed_forward_length"] = (uint)Intermediate,
            ["llama.attention.head_count"] = (uint)Heads,
            ["llama.attention.head_count_kv"] = (uint)KvHeads,
            ["llama.attention.layer_norm_rms_epsilon"] = 1e-5f,
            ["llama.rope.freq_base"] = 10_000f,
            ["llama.rope.dimension_count"] = (uint)(Hidden / Heads),
            ["llama.vocab_size"] = (uint)Vocabulary,
            ["tokenizer.ggml.model"] = "llama",
            ["tokenizer.ggml.tokens"] = Enumerable.Range(0, Vocabulary).Select(Token).ToArray(),
            ["tokenizer.ggml.scores"] = Enumerable.Range(0, Vocabulary).Select(id => -(float)id).ToArray(),
            ["tokenizer.ggml.token_type"] = Enumerable.Range(0, Vocabulary).Select(id => id == 0 ? 2 : id < FirstByte ? 3 : id < FirstByte + 256 ? 6 : 1).ToArray(),
            ["tokenizer.ggml.bos_token_id"] = 1u,
            ["tokenizer.ggml.eos_token_id"] = 2u,
            ["tokenizer.ggml.unknown_token_id"] = 0u,
        };
        GgufTensorInfo[] tensors =
        [
            Matrix("token_embd", Vocabulary, Hidden),
            Norm("output_norm"),
            Matrix("output", Vocabulary, Hidden),
            .. Enumerable.Range(0, Layers).SelectMany(layer => new[]
            {
                Norm($"blk.{layer}.attn_norm"),
                Matrix($"blk.{layer}.attn_q", Hidden, Hidden),
                Matrix($"blk.{layer}.attn_k", Hidden / Heads * KvHeads, Hidden),
                Matrix($"blk.{layer}.attn_v", Hidden / Heads * KvHeads, Hidden),
                Matrix($"blk.{layer}.attn_output", Hidden, Hidden),
                Norm($"blk.{layer}.ffn_norm"),
                Matrix($"blk.{layer}.ffn_gate", Intermediate, Hidden),
                Matrix($"blk.{layer}.ffn_up", Intermediate, Hidden),
                Matrix($"blk.{layer}.ffn_down", Hidden, Intermediate),
            }),
        ];
        using GgufWriter writer = GgufWriter.Create(path, metadata.Select(pair => KeyValuePair.Create(pair.Key, GgufValue.Of(pair.Value))), tensors);
        var random = new Random(1);
        foreach (GgufTensorInfo tensor in tensors)
        {
            writer.Write(Values(tensor, random));
        }

        writer.Complete();
    }

    private static GgufTensorInfo Matrix(string name, int rows, int columns) => new(name + ".weight", GgufTensorType.F16, [rows, columns]);

    private static GgufTensorInfo Norm(string name) => new(name + ".weight", GgufTensorType.F32, [Hidden]);

    private static string Token(int id) => id switch { 0 => "<unk>", 1 => "<s>", 2 => "</s>", < FirstByte + 256 => $"<0x{id - FirstByte:X2}>", _ => $"\u2581w{id}" };

    // Sums of uniform numbers: close enough to Gaussian weights, and fast.
    private static byte[] Values(GgufTensorInfo tensor, Random random)
    {
        if (tensor.Type == GgufTensorType.F32)
        {
            var ones = new float[Hidden];
            Array.Fill(ones, 1);
            return MemoryMarshal.AsBytes(ones.AsSpan()).ToArray();
        }

        var values = new Half[tensor.Shape[0] * tensor.Shape[1]];
        float spread = 2 / MathF.Sqrt(tensor.Shape[1]);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (Half)(spread * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f));
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
