using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.Calibration;

public sealed class MixedPrecisionTests
{
    [Theory]
    [InlineData("gptq", "3.5")]
    [InlineData("rtn", "4.6")]
    public async Task The_linear_weights_take_no_more_bits_than_asked_for_and_hardly_fewer(string method, string target)
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();

        (PackResult result, _) = await fixture.Pack(store.Store, fixture.Recipe(("Method", method), ("TargetBitsPerWeight", target)));

        ManifestWeight[] linears = [.. result.Manifest.Weights.Where(weight => weight.Name.Contains("_proj", StringComparison.Ordinal))];
        double bits = 8.0 * linears.Sum(weight => weight.Bytes) / linears.Sum(weight => (double)weight.Shape[0] * weight.Shape[1]);
        double asked = double.Parse(target, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(bits, asked - 0.1, asked);
        Assert.True(linears.Select(weight => (weight.Bits, weight.GroupSize)).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Weights_that_are_read_together_are_stored_alike_and_overrides_are_left_alone()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();

        (PackResult result, _) = await fixture.Pack(
            store.Store, fixture.Recipe(("Method", "rtn"), ("TargetBitsPerWeight", "3.2"), ("Override", "*.0.mlp.down_proj.weight=8,16")));

        ILookup<string, (int Bits, int GroupSize)> schemes = result.Manifest.Weights.ToLookup(
            weight => weight.Name.Replace("k_proj", "q_proj", StringComparison.Ordinal).Replace("v_proj", "q_proj", StringComparison.Ordinal).Replace("up_proj", "gate_proj", StringComparison.Ordinal),
            weight => (weight.Bits, weight.GroupSize));
        Assert.All(schemes, unit => Assert.Single(unit.Distinct()));
        Assert.Equal((8, 16), Assert.Single(schemes["model.layers.0.mlp.down_proj.weight"]));
    }

    [Fact]
    public async Task The_packed_folder_is_no_larger_than_the_size_asked_for()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        PackPlan four = Packer.Plan(fixture.Request(store.Store, fixture.Recipe(("Method", "rtn"))));
        long size = four.OutputBytes - 4000;

        (PackResult result, _) = await fixture.Pack(store.Store, fixture.Recipe(("Method", "rtn"), ("TargetSize", $"{size}B")));

        // The report is about the model and no part of it.
        long written = Directory.EnumerateFiles(result.Folder).Where(file => !Path.GetFileName(file).StartsWith("report.", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);
        Assert.InRange(written, size / 2, size);
    }

    [Theory]
    [InlineData("TargetBitsPerWeight", "2")]
    [InlineData("TargetSize", "100KB")]
    public void A_target_that_no_choice_can_meet_is_refused_by_the_plan_with_what_could_be_met(string setting, string value)
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();

        ModelPackException error = Assert.Throws<ModelPackException>(() => Packer.Plan(fixture.Request(store.Store, fixture.Recipe((setting, value)))));

        Assert.Equal("MPK1605", error.Code);
        Assert.Contains("at least", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_of_a_target_has_its_size()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        Recipe recipe = fixture.Recipe(("Method", "rtn"), ("TargetBitsPerWeight", "4"));

        PackPlan plan = Packer.Plan(fixture.Request(store.Store, recipe));
        (PackResult result, _) = await fixture.Pack(store.Store, recipe);

        Assert.InRange(result.Manifest.Weights.Sum(weight => weight.Bytes), plan.Weights.Sum(weight => weight.Bytes) * 98 / 100, plan.Weights.Sum(weight => weight.Bytes) * 102 / 100);
    }
}
