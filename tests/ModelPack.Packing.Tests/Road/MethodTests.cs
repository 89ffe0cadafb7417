using ModelPack.Packing.Architectures;
using ModelPack.Packing.Inspection;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;

namespace ModelPack.Packing.Tests.Road;

/// <summary>Methods without calibration, from the recipe to the verified folder.</summary>
public sealed class MethodTests
{
    // Bits a weight of the linear layers: with groups of 64, rows of 96 are filled up to 128, which makes 1.0667 codes a weight.
    [Theory]
    [InlineData("rtn", 4, 32, 4 + ((16 + 4) / 32.0))]
    [InlineData("hqq", 4, 32, 4 + (32 / 32.0))]
    [InlineData("hqq", 2, 16, 2 + (32 / 16.0))]
    [InlineData("hqq", 8, 64, (8 * 1.0667) + (32 * 1.0667 / 64.0))]
    [InlineData("nf4", 4, 32, 4 + (16 / 32.0))]
    [InlineData("nf4", 4, 64, (4 * 1.0667) + (16 * 1.0667 / 64.0))]
    [InlineData("fp4", 4, 16, 4 + (16 / 16.0))]
    public async Task A_method_becomes_a_verified_folder_that_says_so(string method, int bits, int group, double bitsPerWeight)
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        var recipe = Recipe.Parse(new Dictionary<string, string>
        {
            ["Method"] = method, ["Bits"] = $"{bits}", ["GroupSize"] = $"{group}", ["EmbeddingBits"] = "8",
        });

        PackResult result = await Packer.PackAsync(new PackRequest(source.Folder, recipe, store.Store));

        List<ManifestWeight> linears = [.. result.Manifest.Weights.Where(weight => weight.Name.Contains("_proj", StringComparison.Ordinal))];
        Assert.All(linears, weight => Assert.Equal((method, bits, group), (weight.Method, weight.Bits, weight.GroupSize)));
        Assert.All(linears, weight => Assert.Equal(method is "nf4" or "fp4", weight.Symmetric));
        Assert.All(linears, weight => Assert.InRange(weight.RelativeError, bits == 8 ? 1e-4 : 1e-2, bits switch { 2 => 0.5, 4 => 0.15, _ => 0.01 }));
        Assert.Equal("rtn", result.Manifest.Weights.Single(weight => weight.Name == "model.embed_tokens.weight").Method);
        double stored = 8.0 * linears.Sum(weight => weight.Bytes) / linears.Sum(weight => (long)weight.Shape[0] * weight.Shape[1]);
        Assert.Equal(bitsPerWeight, stored, bitsPerWeight * 0.01);
        Assert.InRange(result.Manifest.Verification.LargestKernelError, 1e-8, 0.05);

        // What the graph looks like from outside agrees with what the packer says.
        double matrices = result.Manifest.Weights.Where(weight => weight.Shape[0] > 1).Sum(weight => 8.0 * weight.Bytes)
            / result.Manifest.Weights.Where(weight => weight.Shape[0] > 1).Sum(weight => (double)weight.Shape[0] * weight.Shape[1]);
        Assert.Equal(matrices, ModelInspector.Inspect(result.Folder).BitsPerWeight, 1e-6);
    }

    [Theory]
    [InlineData("hqq")]
    [InlineData("nf4")]
    public async Task One_thread_and_two_write_the_same_bytes(string method)
    {
        using var first = new TemporaryStore();
        using var second = new TemporaryStore();
        using var source = new TinyCheckpoint();
        var recipe = Recipe.Parse(new Dictionary<string, string> { ["Method"] = method });

        PackResult one = await Packer.PackAsync(new PackRequest(source.Folder, recipe, first.Store, Threads: 1));
        PackResult two = await Packer.PackAsync(new PackRequest(source.Folder, recipe, second.Store, Threads: 2));

        Assert.Equal(one.Manifest.Files.Select(file => file.Sha256), two.Manifest.Files.Select(file => file.Sha256));
    }

    [Fact]
    public async Task An_override_may_change_the_method_of_one_weight()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        var recipe = Recipe.Parse(new Dictionary<string, string> { ["Override"] = "*.0.mlp.down_proj.weight=4,64,nf4;*.1.self_attn.q_proj.weight=8,hqq" });

        PackResult result = await Packer.PackAsync(new PackRequest(source.Folder, recipe, store.Store));

        Assert.Equal(["hqq", "nf4"], result.Manifest.Weights.Select(weight => weight.Method).Where(method => method is not ("rtn" or "none")).Order());
    }

    [Theory]
    [InlineData("Override", "model.embed_tokens.weight=4,hqq", "rtn", "embed_tokens")]
    [InlineData("Override", "*.down_proj.weight=8", "nf4", "8,rtn")]
    public void An_override_that_does_not_fit_the_method_of_its_weight_is_refused(string name, string value, string method, string says)
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        var recipe = Recipe.Parse(new Dictionary<string, string> { [name] = value, ["Method"] = method });

        ModelPackException error = Assert.Throws<ModelPackException>(() => Packer.Plan(new PackRequest(source.Folder, recipe, store.Store)));

        Assert.Equal("MPK1304", error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_have_keys_of_their_own_and_so_have_importances()
    {
        var weight = new DecoderWeight("w", WeightRole.Down, 8, 64, 0, "w", 0, Formats.Numerics.ElementType.Float32);
        string[] keys =
        [
            Key(new QuantizationScheme(4, 32, CodeGrid.ZeroPoints), "rtn", ""),
            Key(new QuantizationScheme(4, 32, CodeGrid.ZeroPoints), "rtn", "abc"),
            Key(new QuantizationScheme(4, 32, CodeGrid.ZeroPoints), "gptq", ""),
            Key(new QuantizationScheme(4, 32, CodeGrid.Offsets), "hqq", ""),
            Key(new QuantizationScheme(4, 32, CodeGrid.NormalFloat4), "nf4", ""),
            Key(new QuantizationScheme(4, 32, CodeGrid.Float4), "fp4", ""),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());

        string Key(QuantizationScheme scheme, string method, string importance) => Quantizing.PackKeys.OfMatrix(weight, scheme, method, importance, "file", 8);
    }
}
