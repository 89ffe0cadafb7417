using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Shapes that the goldens do not have, against a decoder in plain loops.</summary>
public class HeadSizeTests
{
    private const double RelativeTolerance = 1e-5;

    [SkippableTheory]
    [InlineData("llama-tied-gqa")]
    [InlineData("llama-dynamic-ntk")]
    [InlineData("llama-yarn-mscale")]
    [InlineData("mistral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public void The_decoder_in_plain_loops_agrees_with_the_goldens(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        var reference = new ReferenceDecoder(golden.Architecture(), weight => DecoderFolder.Read(golden.Checkpoint, weight));
        Close.Assert(golden.Floats("logits"), reference.Run(golden.Ids("input_ids")), golden.Tolerance);
    }

    [Theory]
    [InlineData("llama", """{"head_dim": 2}""")]
    [InlineData("llama", """{"head_dim": 6}""")]
    [InlineData("llama", """{"head_dim": 12, "num_key_value_heads": 4}""")]
    [InlineData("mistral", """{"head_dim": 24, "sliding_window": 5}""")]
    [InlineData("llama", """{"head_dim": 32, "num_key_value_heads": 1}""")]
    [InlineData("qwen2", """{"head_dim": 10}""")]
    [InlineData("qwen2", """{"head_dim": 48, "use_sliding_window": true, "max_window_layers": 1, "sliding_window": 4}""")]
    [InlineData("qwen3", """{"head_dim": 14}""")]
    [InlineData("qwen3", """{"head_dim": 16, "sliding_window": 3, "layer_types": ["full_attention", "sliding_attention"]}""")]
    [InlineData("llama", """{"head_dim": 12, "max_position_embeddings": 10, "rope_scaling": {"rope_type": "dynamic", "factor": 4.0}}""")]
    [InlineData("llama", """{"head_dim": 16, "max_position_embeddings": 13, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}""")]
    [InlineData("llama", """{"head_dim": 12, "rope_scaling": {"rope_type": "yarn", "factor": 2.0}}""")]
    [InlineData("llama", """{"head_dim": 16, "max_position_embeddings": 2000000, "rope_scaling": {"rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 12}}""")]
    [InlineData("qwen3", """{"head_dim": 16, "max_position_embeddings": 2000000}""")]
    public void Any_even_head_size_generates_with_a_cache(string modelType, string fields)
    {
        using var model = new TinyModel(modelType, fields, layers: 2);
        DecoderArchitecture architecture = model.Read();
        var reference = new ReferenceDecoder(architecture, TinyModel.Values);
        using DecoderFolder folder = DecoderFolder.Write(TinyModel.Values, architecture, new DecoderGraphOptions(), _ => new WeightStorage.Float32());
        using var growing = new DecoderRunner(folder.Model, architecture);
        using var shared = new DecoderRunner(folder.Model, architecture, sharedLength: 24);
        long[][] passes = [[3, 1, 4, 1, 5, 9, 2], [6], [5], [35, 8, 9], [7], [9], [32], [38], [4], [6], [26]];
        int past = 0;
        foreach (long[] ids in passes)
        {
            float[] expected = reference.Run(ids);
            Assert.InRange(Close.Relative(expected, growing.Run(ids, past: past)), 0, RelativeTolerance);
            Assert.InRange(Close.Relative(expected, shared.Run(ids, past: past)), 0, RelativeTolerance);
            past += ids.Length;
        }
    }

    [Theory]
    [InlineData("llama", """{"head_dim": 12}""")]
    [InlineData("qwen3", """{"head_dim": 16, "sliding_window": 3, "layer_types": ["full_attention", "sliding_attention"]}""")]
    [InlineData("llama", """{"head_dim": 8, "max_position_embeddings": 6, "rope_scaling": {"rope_type": "dynamic", "factor": 4.0}}""")]
    public void Rows_padded_on_the_left_equal_the_same_rows_alone(string modelType, string fields)
    {
        using var model = new TinyModel(modelType, fields, layers: 2);
        DecoderArchitecture architecture = model.Read();
        using DecoderFolder folder = DecoderFolder.Write(TinyModel.Values, architecture, new DecoderGraphOptions(), _ => new WeightStorage.Float32());
        using var runner = new DecoderRunner(folder.Model, architecture);
        long[] row = [3, 1, 4, 1, 5, 9, 2];

        // Two rows of equal content, so that the length that dynamic scaling depends on is the same for both.
        float[] logits = runner.Run([0, 0, 0, 0, .. row, 0, 0, .. row, 0, 0], [0, 0, 0, 0, .. row.Select(_ => 1L), 0, 0, .. row.Select(_ => 1L), 0, 0], batch: 2);
        float[] expected = new ReferenceDecoder(architecture, TinyModel.Values).Run(row);
        int rowLength = logits.Length / 2;
        Assert.InRange(Close.Relative(expected, logits.AsSpan(4 * architecture.VocabularySize, expected.Length)), 0, RelativeTolerance);
        Assert.InRange(Close.Relative(expected, logits.AsSpan(rowLength + (2 * architecture.VocabularySize), expected.Length)), 0, RelativeTolerance);
    }
}
