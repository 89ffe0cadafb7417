using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Importance;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>Importance of inputs: measured, kept, exchanged with llama.cpp; and types chosen to meet a size.</summary>
public class ImportanceTests
{
    private static readonly string TinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");
    private static readonly string Text = Path.Combine(TinyTales, "calibration.txt");

    [Fact]
    public async Task A_matrix_that_was_measured_gives_the_same_blocks_when_it_is_given_instead_of_the_text()
    {
        using var store = new TemporaryStore();
        using var other = new TemporaryStore();
        string measured = await GgufPackingTests.Pack(TinyTales, "Q3_K_M", store, ("Calibration", Text), ("CalibrationSamples", "4"));
        string matrix = Path.ChangeExtension(measured, ".imatrix.gguf");

        string again = await GgufPackingTests.Pack(TinyTales, "Q3_K_M", other, ("Calibration", matrix));
        string plain = await GgufPackingTests.Pack(TinyTales, "Q3_K_M", other);

        Assert.Equal(28, ImportanceMatrix.Read(matrix).Entries.Count);
        Assert.Equal(2048, ImportanceMatrix.Read(matrix).Entries["blk.0.attn_k.weight"].Counts.Span[0]);
        Assert.True(Relative(measured, again) < 1e-3, $"{Relative(measured, again)}");
        Assert.True(Relative(measured, plain) > 0.02, $"{Relative(measured, plain)}");
    }

    [Fact]
    public async Task Types_are_spread_to_meet_the_bits_that_are_asked_for()
    {
        using var store = new TemporaryStore();
        var settings = new Dictionary<string, string> { ["Format"] = "gguf", ["TargetBitsPerWeight"] = "4.6" };

        PackResult result = await Packer.PackAsync(new PackRequest(TinyTales, Recipe.Parse(settings), store.Store, Threads: 1));

        var linear = result.Manifest.Weights.Where(weight => weight.Name.Contains("_proj", StringComparison.Ordinal)).ToList();
        double bits = 8.0 * linear.Sum(weight => weight.Bytes) / linear.Sum(weight => (double)weight.Shape[0] * weight.Shape[1]);
        Assert.InRange(bits, 4.3, 4.6);
        Assert.True(linear.Select(weight => weight.Type).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Overrides_and_table_bits_win_over_the_mixture()
    {
        using var store = new TemporaryStore();

        string file = await GgufPackingTests.Pack(TinyTales, "Q4_K_M", store, ("Override", "*.layers.1.*.up_proj.weight=Q8_0;*.o_proj.weight=6;*.layers.0.*.gate_proj.weight=none"), ("EmbeddingBits", "4"));

        using GgufFile opened = GgufFile.Open(file);
        Dictionary<string, GgufTensorType> types = opened.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Type);
        Assert.Equal(GgufTensorType.Q8_0, types["blk.1.ffn_up.weight"]);
        Assert.Equal(GgufTensorType.Q4_K, types["blk.0.ffn_up.weight"]);
        Assert.Equal(GgufTensorType.Q6_K, types["blk.3.attn_output.weight"]);
        Assert.Equal(GgufTensorType.F16, types["blk.0.ffn_gate.weight"]);
        Assert.Equal(GgufTensorType.Q4_K, types["token_embd.weight"]);
    }

    [SkippableFact]
    public async Task A_matrix_of_another_model_is_refused()
    {
        using var store = new TemporaryStore();
        using var small = new TinyCheckpoint();
        string measured = await GgufPackingTests.Pack(TinyTales, "Q8_0", store, ("Calibration", Text), ("CalibrationSamples", "2"));

        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => GgufPackingTests.Pack(small.Folder, "Q8_0", store, ("Calibration", Path.ChangeExtension(measured, ".imatrix.gguf"))));

        Assert.Equal("MPK1705", error.Code);
    }

    [Fact]
    public void Every_bits_value_stands_for_a_type() => Assert.Equal(
        ["Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0"],
        new[] { 2, 3, 4, 5, 6, 8 }.Select(bits => FileTypes.OfBits(bits)!.Name));

    // Norm of the difference of all decoded values by their norm.
    private static double Relative(string first, string second)
    {
        using GgufFile left = GgufFile.Open(first);
        using GgufFile right = GgufFile.Open(second);
        double norm = 0, difference = 0;
        foreach ((GgufTensor one, GgufTensor two) in left.Tensors.Zip(right.Tensors).Where(pair => pair.First.Name.StartsWith("blk", StringComparison.Ordinal)))
        {
            var a = new float[one.ElementCount];
            var b = new float[two.ElementCount];
            one.ReadFloat32(0, a);
            two.ReadFloat32(0, b);
            norm += a.Sum(value => (double)value * value);
            difference += a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum();
        }

        return Math.Sqrt(difference / norm);
    }
}
