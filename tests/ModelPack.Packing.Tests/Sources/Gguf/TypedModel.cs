using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ModelPack.Formats.Gguf;
using ModelPack.Tests.Gguf;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>A small Llama as a GGUF file whose matrices are random blocks of one type, in a folder that is removed with it.</summary>
internal sealed class TypedModel : IDisposable
{
    // Rows must be whole blocks of 256.
    private const int Hidden = 256, Intermediate = 512, Heads = 4, KvHeads = 2, Vocabulary = 300, Layers = 2;
    private const int FirstByte = 3, Plain = FirstByte + 256;

    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-typed-").FullName;
    private readonly Random _random = new(20);

    public TypedModel(GgufTensorType type, bool tied = true, Func<string, GgufTensorType, GgufTensorType>? typeOf = null)
    {
        Path = System.IO.Path.Combine(_folder, $"typed-{type}.gguf");
        (string Name, ulong[] Dimensions)[] tensors =
        [
            ("token_embd.weight", [Hidden, Vocabulary]),
            ("output_norm.weight", [Hidden]),
            .. tied ? Array.Empty<(string, ulong[])>() : [("output.weight", [Hidden, Vocabulary])],
            .. Enumerable.Range(0, Layers).SelectMany(layer => new (string, ulong[])[]
            {
                ($"blk.{layer}.attn_norm.weight", [Hidden]),
                ($"blk.{layer}.attn_q.weight", [Hidden, Hidden]),
                ($"blk.{layer}.attn_k.weight", [Hidden, Hidden / Heads * KvHeads]),
                ($"blk.{layer}.attn_v.weight", [Hidden, Hidden / Heads * KvHeads]),
                ($"blk.{layer}.attn_output.weight", [Hidden, Hidden]),
                ($"blk.{layer}.ffn_norm.weight", [Hidden]),
                ($"blk.{layer}.ffn_gate.weight", [Hidden, Intermediate]),
                ($"blk.{layer}.ffn_up.weight", [Hidden, Intermediate]),
                ($"blk.{layer}.ffn_down.weight", [Intermediate, Hidden]),
            }),
        ];

        GgufTensorType TypeOf((string Name, ulong[] Dimensions) tensor) =>
            tensor.Dimensions.Length == 1 ? GgufTensorType.F32 : typeOf?.Invoke(tensor.Name, type) ?? type;

        var bytes = new GgufBytes((ulong)tensors.Length, 17)
            .Pair("general.architecture", GgufValueType.Text, Text("llama"))
            .Pair("llama.block_count", GgufValueType.UInt32, U32(Layers))
            .Pair("llama.context_length", GgufValueType.UInt32, U32(128))
            .Pair("llama.embedding_length", GgufValueType.UInt32, U32(Hidden))
            .Pair("llama.feed_forward_length", GgufValueType.UInt32, U32(Intermediate))
            .Pair("llama.attention.head_count", GgufValueType.UInt32, U32(Heads))
            .Pair("llama.attention.head_count_kv", GgufValueType.UInt32, U32(KvHeads))
            .Pair("llama.attention.layer_norm_rms_epsilon", GgufValueType.Float32, BitConverter.GetBytes(1e-5f))
            .Pair("llama.rope.freq_base", GgufValueType.Float32, BitConverter.GetBytes(10_000f))
            .Pair("llama.rope.dimension_count", GgufValueType.UInt32, U32(Hidden / Heads))
            .Pair("tokenizer.ggml.model", GgufValueType.Text, Text("llama"))
            .ArrayPair("tokenizer.ggml.tokens", GgufValueType.Text, Vocabulary, [.. Enumerable.Range(0, Vocabulary).SelectMany(id => Text(Token(id)))])
            .ArrayPair("tokenizer.ggml.scores", GgufValueType.Float32, Vocabulary, new byte[4 * Vocabulary])
            .ArrayPair("tokenizer.ggml.token_type", GgufValueType.Int32, Vocabulary, [.. Enumerable.Range(0, Vocabulary).SelectMany(id => U32(Kind(id)))])
            .Pair("tokenizer.ggml.bos_token_id", GgufValueType.UInt32, U32(1))
            .Pair("tokenizer.ggml.eos_token_id", GgufValueType.UInt32, U32(2))
            .Pair("general.file_type", GgufValueType.UInt32, U32(0));
        ulong offset = 0;
        foreach ((string Name, ulong[] Dimensions) tensor in tensors)
        {
            bytes.Tensor(tensor.Name, TypeOf(tensor), offset, tensor.Dimensions);
            offset += (Length(TypeOf(tensor), tensor.Dimensions) + 31) / 32 * 32;
        }

        bytes.Pad();
        foreach ((string Name, ulong[] Dimensions) tensor in tensors)
        {
            bytes.Raw(Values(TypeOf(tensor), (int)Elements(tensor.Dimensions))).Pad();
        }

        File.WriteAllBytes(Path, bytes.ToArray());
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Token(int id) => id switch
    {
        0 => "<unk>",
        1 => "<s>",
        2 => "</s>",
        < Plain => $"<0x{id - FirstByte:X2}>",
        Plain => "\u2581",
        _ => $"{(char)('a' + ((id - Plain - 1) % 26))}{(id - Plain - 1 < 26 ? "" : "\u00e9")}",
    };

    private static uint Kind(int id) => id switch { 0 => 2, 1 or 2 => 3, < Plain => 6, _ => 1 };

    private static ulong Elements(ulong[] dimensions) => dimensions.Aggregate(1UL, (product, size) => product * size);

    private static ulong Length(GgufTensorType type, ulong[] dimensions) => Elements(dimensions) / (ulong)type.ElementsPerBlock() * (ulong)type.BytesPerBlock();

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);

    private static byte[] Text(string text)
    {
        byte[] content = Encoding.UTF8.GetBytes(text), all = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt64LittleEndian(all, content.Length);
        content.CopyTo(all, 8);
        return all;
    }

    private byte[] Values(GgufTensorType type, int elements)
    {
        if (type == GgufTensorType.F32)
        {
            float[] factors = [.. Enumerable.Range(0, elements).Select(_ => 0.5f + _random.NextSingle())];
            return MemoryMarshal.AsBytes(factors.AsSpan()).ToArray();
        }

        if (type == GgufTensorType.F16)
        {
            Half[] halves = [.. Enumerable.Range(0, elements).Select(_ => (Half)(0.2f * (_random.NextSingle() - 0.5f)))];
            return MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
        }

        return Blocks(type, elements);
    }

    // Values of about 0.1 at most, around zero, whatever the type.
    private byte[] Blocks(GgufTensorType type, int elements)
    {
        GgufBlockShape shape = GgufBlocks.Shape(type);
        int blocks = elements / shape.ElementsPerBlock, codes = 1 << shape.CodeBits;
        (int low, int high) = type switch
        {
            GgufTensorType.Q2_K => (0, 16),
            GgufTensorType.Q4_K or GgufTensorType.Q5_K => (0, 64),
            GgufTensorType.Q6_K => (-128, 128),
            _ => (-32, 32),
        };
        double largest = 0.1 / (shape.Table.IsEmpty ? codes / 2.0 : 127) / (shape.HasSubScales ? high : 1);
        var subScales = new sbyte[blocks * shape.SubScalesPerBlock];
        var subMinimums = new byte[blocks * shape.SubMinimumsPerBlock];
        for (int i = 0; i < subScales.Length; i++)
        {
            subScales[i] = (sbyte)_random.Next(low, high);
            if (subMinimums.Length > 0)
            {
                subMinimums[i] = (byte)Math.Clamp(subScales[i] + _random.Next(-3, 4), 0, high - 1);
            }
        }

        Half[] scales = [.. Enumerable.Range(0, blocks).Select(_ => (Half)(largest * (0.5 + _random.NextDouble())))];
        double sign = shape.HasSubScales ? 1 : -1;
        Half[] minimums = shape.HasMinimums ? [.. scales.Select(scale => (Half)(sign * (double)scale * codes * (0.4 + (0.2 * _random.NextDouble()))))] : [];
        byte[] bytes = new byte[blocks * type.BytesPerBlock()], values = new byte[elements];
        for (int i = 0; i < elements; i++)
        {
            values[i] = (byte)_random.Next(codes);
        }

        GgufBlocks.Pack(type, values, subScales, subMinimums, scales, minimums, bytes);
        return bytes;
    }
}
