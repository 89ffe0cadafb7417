using ModelPack.Packing.Calibration;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.Calibration;

public sealed class CalibratedRoadTests
{
    [Fact]
    public async Task No_matrix_is_worse_than_round_to_nearest_on_its_inputs_and_most_are_better()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();

        (PackResult result, _) = await fixture.Pack(store.Store, fixture.Recipe());

        ManifestWeight[] weights = [.. result.Manifest.Weights.Where(weight => weight.Method == "gptq")];
        Assert.Equal(14, weights.Length);
        Assert.All(weights, weight => Assert.True(weight.OutputError <= weight.RoundToNearestOutputError));
        Assert.True(weights.Count(weight => weight.OutputError < 0.8 * weight.RoundToNearestOutputError && weight.KeptRoundToNearest == false) > 10);
        Assert.Equal(("calibration.txt", 10, 64), (result.Manifest.Calibration!.Source, result.Manifest.Calibration.Rows, result.Manifest.Calibration.Length));
        Assert.NotNull(result.Manifest.Calibration.HeldOutKlWithTargets);
    }

    [Theory]
    [InlineData("gptq")]
    [InlineData("awq+gptq")]
    public async Task One_thread_and_three_decide_the_same_codes(string method)
    {
        using var fixture = new CalibrationFixture(intermediate: 104);
        using var first = new TemporaryStore();
        using var second = new TemporaryStore();

        (PackResult one, _) = await fixture.Pack(first.Store, fixture.Recipe(("Method", method)), threads: 1);
        (PackResult three, _) = await fixture.Pack(second.Store, fixture.Recipe(("Method", method)), threads: 3);

        Assert.Equal(one.Manifest.Files.Select(file => (file.Name, file.Sha256)), three.Manifest.Files.Select(file => (file.Name, file.Sha256)));
    }

    [Fact]
    public async Task A_stopped_run_goes_on_where_it_was_and_writes_the_same_bytes()
    {
        using var fixture = new CalibrationFixture();
        using var whole = new TemporaryStore();
        using var stopped = new TemporaryStore();
        (PackResult expected, IReadOnlyList<string> all) = await fixture.Pack(whole.Store, fixture.Recipe());
        using var stop = new CancellationTokenSource();
        var counter = new StopAfter(9, stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Packer.PackAsync(fixture.Request(stopped.Store, fixture.Recipe()), counter, stop.Token));
        (PackResult resumed, IReadOnlyList<string> rest) = await fixture.Pack(stopped.Store, fixture.Recipe());

        Assert.Equal(14, all.Count);
        Assert.Equal(all.Skip(9), rest);
        Assert.Equal(expected.Manifest.Files.Select(file => file.Sha256), resumed.Manifest.Files.Select(file => file.Sha256));
    }

    [Fact]
    public async Task Other_bits_run_no_block_of_the_float_model_again()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        await fixture.Pack(store.Store, fixture.Recipe());
        int again = -1;

        fixture.With(store.Store, fixture.Recipe(("Bits", "2")), context =>
        {
            using var floats = new FloatStream(context);
            for (int block = 0; block <= context.Blocks.Count; block++)
            {
                floats.MoveTo(block);
            }

            again = floats.BlocksRun;
        });

        Assert.Equal(0, again);
    }

    [Theory]
    [InlineData("model.layers.1.mlp.down_proj.weight", "model.layers.1.mlp.down_proj.weight")]
    [InlineData("model.layers.1.mlp.gate_proj.weight", "model.layers.1.mlp.gate_proj.weight model.layers.1.mlp.down_proj.weight")]
    public async Task A_changed_override_decides_its_matrix_and_what_follows_from_it(string changed, string decided)
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        await fixture.Pack(store.Store, fixture.Recipe(("GptqParts", "order,search,targets,descent,refit")));

        (_, IReadOnlyList<string> again) = await fixture.Pack(
            store.Store, fixture.Recipe(("GptqParts", "order,search,targets,descent,refit"), ("Override", $"{changed}=8")));

        Assert.Equal(decided.Split(' '), again);
    }

    [Fact]
    public async Task Few_tokens_for_a_weight_are_warned_of_by_its_name()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        var warnings = new List<(string Code, string Sentence)>();
        PackRequest request = fixture.Request(store.Store, fixture.Recipe(("CalibrationSamples", "2"))) with { Warning = (code, sentence) => warnings.Add((code, sentence)) };

        PackResult result = await Packer.PackAsync(request);

        (string code, string sentence) = Assert.Single(warnings);
        Assert.Equal("MPK1650", code);
        Assert.Contains("mlp.down_proj.weight", sentence, StringComparison.Ordinal);
        Assert.Contains("128 tokens for 96 inputs", sentence, StringComparison.Ordinal);
        Assert.Equal([sentence], result.Manifest.Calibration!.Warnings);
    }

    [Fact]
    public async Task Overrides_may_mix_methods_bits_and_floats()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();

        (PackResult result, IReadOnlyList<string> decided) = await fixture.Pack(
            store.Store, fixture.Recipe(("Override", "*.0.self_attn.v_proj.weight=none; *.1.mlp.up_proj.weight=4,32,rtn; *.1.self_attn.*=8,16,awq")));

        Dictionary<string, string> methods = result.Manifest.Weights.ToDictionary(weight => weight.Name, weight => $"{weight.Method} {weight.Bits}");
        Assert.Equal("none 32", methods["model.layers.0.self_attn.v_proj.weight"]);
        Assert.Equal("rtn 4", methods["model.layers.1.mlp.up_proj.weight"]);
        Assert.Equal("awq 8", methods["model.layers.1.self_attn.q_proj.weight"]);
        Assert.Equal("gptq 4", methods["model.layers.0.self_attn.q_proj.weight"]);
        Assert.DoesNotContain("model.layers.1.mlp.up_proj.weight", decided);
        Assert.Equal(12, decided.Count);
    }

    private sealed class StopAfter(int items, CancellationTokenSource stop) : IProgress<PackProgress>
    {
        private int _left = items;

        public void Report(PackProgress value)
        {
            if (value is { Stage: "calibrate", Item: not null } && --_left == 0)
            {
                stop.Cancel();
            }
        }
    }
}
