using ModelPack.Formats.Gguf;
using ModelPack.Formats.Safetensors;

namespace ModelPack.Tests.Gguf;

public class RealGgufFileTests
{
    private const int Heads = 8;
    private const int KvHeads = 4;

    [SkippableTheory]
    [InlineData("bert-bge", "bert", 30522)]
    [InlineData("gpt-2", "gpt2", 50257)]
    [InlineData("llama-spm", "llama", 32000)]
    public void Vocabularies_of_llama_cpp_are_read(string name, string model, int tokens)
    {
        using GgufFile file = GgufFile.Open(SharedFolder.Require($"models/gguf-vocab/ggml-vocab-{name}.gguf"));
        Assert.Equal(model, file.Metadata["tokenizer.ggml.model"].Content);
        Assert.Equal(tokens, Assert.IsType<string[]>(file.Metadata["tokenizer.ggml.tokens"].Content).Length);
        Assert.Equal(tokens, Assert.IsType<int[]>(file.Metadata["tokenizer.ggml.token_type"].Content).Length);
    }

    [SkippableFact]
    public void Unquantized_tensors_are_those_of_the_checkpoint_with_query_and_key_rows_interleaved()
    {
        using GgufFile file = GgufFile.Open(SharedFolder.Require("models/gguf-reference/stories260K-F32.gguf"));
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(SharedFolder.Require("models/stories260K"));
        (string Gguf, string HuggingFace, int Heads)[] pairs =
        [
            ("token_embd", "model.embed_tokens", 0), ("output_norm", "model.norm", 0), ("blk.2.attn_q", "model.layers.2.self_attn.q_proj", Heads),
            ("blk.2.attn_k", "model.layers.2.self_attn.k_proj", KvHeads), ("blk.2.attn_v", "model.layers.2.self_attn.v_proj", 0),
            ("blk.4.ffn_down", "model.layers.4.mlp.down_proj", 0), ("blk.0.ffn_norm", "model.layers.0.post_attention_layernorm", 0),
        ];
        foreach ((string gguf, string huggingFace, int heads) in pairs)
        {
            GgufTensor tensor = file.Tensors.Single(tensor => tensor.Name == gguf + ".weight");
            SafetensorsTensor other = checkpoint.Tensors[huggingFace + ".weight"];
            Assert.Equal(other.Shape, tensor.Shape);
            var expected = new float[other.ElementCount];
            other.ReadFloat32(0, expected);
            Assert.Equal(heads == 0 ? expected : Interleave(expected, (int)other.Shape[0], heads), Read(tensor));
        }
    }

    // What each type can be off, as a share of the largest value in a block of 32: half a step (Q4_0 clips its last one), with what rounding
    // scale and minimum to float16 adds.
    [SkippableTheory]
    [InlineData("stories260K", "F16", GgufTensorType.F16, 0.0006)]
    [InlineData("stories260K", "BF16", GgufTensorType.BF16, 0.004)]
    [InlineData("stories260K", "Q8_0", GgufTensorType.Q8_0, 0.563 / 127)]
    [InlineData("stories260K", "Q4_1", GgufTensorType.Q4_1, 1.0 / 15)]
    [InlineData("stories260K", "Q4_0", GgufTensorType.Q4_0, 1.0 / 8)]
    [InlineData("stories260K", "Q5_1", GgufTensorType.Q5_1, 1.02 / 31)]
    [InlineData("stories260K", "Q5_0", GgufTensorType.Q5_0, 1.0 / 16)]
    [InlineData("stories260K", "IQ4_NL", GgufTensorType.IQ4_NL, 1.0 / 7)]
    public void Tensors_that_llama_cpp_quantized_lie_within_a_step_of_the_unquantized_ones(string model, string file, GgufTensorType type, double step)
    {
        using GgufFile reference = GgufFile.Open(SharedFolder.Require($"models/gguf-reference/{model}-F32.gguf"));
        using GgufFile quantized = GgufFile.Open(SharedFolder.Require($"models/gguf-reference/{model}-{file}.gguf"));
        int compared = 0;
        foreach (GgufTensor tensor in quantized.Tensors.Where(tensor => tensor.Type == type))
        {
            float[] expected = Read(reference.Tensors.Single(other => other.Name == tensor.Name));
            float[] actual = Read(tensor);
            for (int block = 0; block < expected.Length; block += 32)
            {
                float largest = expected.Skip(block).Take(32).Max(MathF.Abs);
                for (int i = block; i < Math.Min(block + 32, expected.Length); i++)
                {
                    Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, (step * largest * 1.01) + 1e-7);
                    compared++;
                }
            }
        }

        Assert.InRange(compared, 50_000, int.MaxValue);
    }

    [SkippableFact]
    public void Chat_model_has_the_tensors_and_metadata_that_its_source_says()
    {
        using GgufFile file = GgufFile.Open(SharedFolder.Require("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"));
        Assert.Equal(
            [(GgufTensorType.F32, 61), (GgufTensorType.Q4_1, 210), (GgufTensorType.Q8_0, 1)],
            file.Tensors.CountBy(tensor => tensor.Type).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("llama", file.Metadata["general.architecture"].Content);
        Assert.Equal(30u, file.Metadata["llama.block_count"].Content);
        Assert.Equal([49152, 576], file.Tensors.Single(tensor => tensor.Type == GgufTensorType.Q8_0).Shape);
        Assert.All(file.Tensors, tensor => Assert.True(tensor.CanDecode));
        Assert.All(Read(file.Tensors.First(tensor => tensor.Name == "blk.3.ffn_down.weight")), value => Assert.InRange(value, -8, 8));
    }

    // gguf-facts section 5: new row 2i is old row i of the head, new row 2i + 1 is old row i + h / 2.
    private static float[] Interleave(float[] values, int rows, int heads)
    {
        int columns = values.Length / rows;
        int size = rows / heads;
        var result = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            int inHead = row % size;
            int from = row - inHead + (inHead / 2) + (inHead % 2 * size / 2);
            values.AsSpan(from * columns, columns).CopyTo(result.AsSpan(row * columns));
        }

        return result;
    }

    private static float[] Read(GgufTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, values);
        return values;
    }
}
