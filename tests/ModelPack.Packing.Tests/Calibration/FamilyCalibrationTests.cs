using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.Calibration;

/// <summary>Calibration of every family's layers: cut into blocks they are the whole model, scales are folded without a trace, and packing ends well.</summary>
public sealed class FamilyCalibrationTests
{
    // One case of each kind of layer.
    public static TheoryData<string> Cases => Where(_ => true);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Blocks_one_after_the_other_are_the_whole_model_with_and_without_folded_scales(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        using PackJob job = PackJob.Open(new PackRequest(model.FullPath, Calibrated(model, "awq"), store.Store), null, default);
        using var context = new CalibrationContext(job, job.RowsToCalibrateWith(default), null, default);
        using HiddenStates stream = context.Stream("float"), scaled = context.Stream("scaled");
        context.Embed(stream);
        foreach (LayerBlock block in context.Blocks)
        {
            BlockScales scales = AnyScales(context, block);
            context.RunBlock(block, Folded, [(stream, scaled)]);
            context.RunFloatBlock(block, stream, stream);
            Assert.InRange(Close.Relative(stream.Row(1), scaled.Row(1)), 0, 2e-5);

            IWeightRows Folded(DecoderWeight weight)
            {
                float[] values = context.Source(weight).ReadAll();
                scales.Fold(block, weight, values);
                return new ArrayRows(weight, values);
            }
        }

        using PartSession head = PartSession.Open(
            DecoderGraph.Build(context.Architecture, DecoderGraphOptions.HeadOnly(context.Architecture.Layers), _ => new WeightStorage.Float32()), context.Source, 1);
        using var logits = new HiddenStates(1, context.Rows.Length, context.Architecture.VocabularySize);
        head.Run(RowTensor.Of(stream, 1), RowTensor.Of(logits, 0));
        using ModelSource source = ModelSource.Open(model.FullPath);
        using SessionLogitSource whole = SessionLogitSource.OpenSource(source, 1);
        float[] expected = new float[context.Rows.Length * whole.VocabularySize];
        whole.Run(context.Rows.Ids[1], expected);
        Assert.InRange(Close.Relative(expected, logits.Row(0)), 0, 2e-5);
    }

    // Norms behind branches, no norms before them, transposed and fused tensors, addends of norms, relu, multipliers, clamped projections, norms of sums; branches side
    // by side behind one norm and behind two; experts with and without a shared one, stacked, with biases, chosen one after the other.
    [SkippableTheory]
    [InlineData("gemma2")]
    [InlineData("olmo2")]
    [InlineData("gpt2")]
    [InlineData("opt")]
    [InlineData("granite")]
    [InlineData("lfm2")]
    [InlineData("olmo")]
    [InlineData("cohere-qknorm")]
    [InlineData("gpt_neox")]
    [InlineData("phi")]
    [InlineData("mixtral")]
    [InlineData("qwen2_moe")]
    [InlineData("granitemoe")]
    [InlineData("phimoe")]
    [InlineData("gpt_oss")]
    public async Task A_case_packs_with_scales_and_sweep(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        PackResult result = await Packer.PackAsync(new PackRequest(model.FullPath, Calibrated(model, "awq+gptq"), store.Store, 1));
        RequireNoneWorse(result);
    }

    [SkippableTheory]
    [InlineData("opt-350m", true)]
    [InlineData("gptj", false)]
    [InlineData("gptj", true)]
    [InlineData("stablelm-parallel", true)]
    [InlineData("gpt_neox", true)]
    [InlineData("olmoe", true)]
    [InlineData("qwen3_moe", false)]
    public async Task A_case_packs_by_sweep_with_and_without_targets(string name, bool targets)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        PackResult result = await Packer.PackAsync(new PackRequest(model.FullPath, Calibrated(model, "gptq", ("GptqParts", targets ? "order,search,targets" : "order,search")), store.Store, 1));
        RequireNoneWorse(result);
    }

    [SkippableFact]
    public void What_an_expert_reads_are_the_tokens_that_chose_it()
    {
        using GoldenCase golden = GoldenCase.Open("mixtral");
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        using PackJob job = PackJob.Open(new PackRequest(model.FullPath, Calibrated(model, "gptq"), store.Store), null, default);
        using var context = new CalibrationContext(job, job.RowsToCalibrateWith(default), null, default);
        var tokens = new Dictionary<string, long>();
        FloatInputs.Visit(context, squaresOnly: true, (linears, statistics) => tokens[linears[0].Weight.Name] = statistics.Tokens);

        long[] gates = [.. tokens.Where(pair => pair.Key.Contains("layers.0", StringComparison.Ordinal) && pair.Key.Contains(".w1", StringComparison.Ordinal)).Select(pair => pair.Value)];
        long[] downs = [.. tokens.Where(pair => pair.Key.Contains("layers.0", StringComparison.Ordinal) && pair.Key.Contains(".w2", StringComparison.Ordinal)).Select(pair => pair.Value)];
        Assert.Equal(4, gates.Length);
        Assert.Equal(2 * context.Rows.Tokens, gates.Sum());
        Assert.Equal(gates, downs);
        Assert.True(gates.Distinct().Count() > 1);
    }

    [SkippableFact]
    public async Task An_expert_that_no_token_chooses_is_rounded_to_nearest()
    {
        using GoldenCase golden = GoldenCase.Open("qwen3_moe");
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();

        // Rows of one letter: in the first layer every token is the same and goes to the same two of four experts.
        string text = Path.Combine(model.FullPath, "..", "letter.txt");
        File.WriteAllText(text, new string('a', 600));
        var warnings = new List<string>();
        PackResult result = await Packer.PackAsync(
            new PackRequest(model.FullPath, Calibrated(model, "gptq", ("Calibration", text)), store.Store, 1) { Warning = (code, sentence) => warnings.Add($"{code} {sentence}") });

        Assert.Contains(result.Manifest.Weights, weight => weight.Name.Contains(".experts.", StringComparison.Ordinal) && weight.OutputError is null);
        Assert.Contains(warnings, warning => warning.StartsWith("MPK1650", StringComparison.Ordinal) && warning.Contains("about", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Experts_of_a_layer_share_the_bits_of_a_target()
    {
        using GoldenCase golden = GoldenCase.Open("mixtral");
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        PackResult result = await Packer.PackAsync(new PackRequest(model.FullPath, Calibrated(model, "rtn", ("TargetBitsPerWeight", "5")), store.Store, 1));
        Assert.All(
            result.Manifest.Weights.Where(weight => weight.Name.Contains(".w2.", StringComparison.Ordinal)).GroupBy(weight => weight.Name.Split('.')[2]),
            layer => Assert.Single(layer.Select(weight => (weight.Bits, weight.GroupSize)).Distinct()));
    }

    private static void RequireNoneWorse(PackResult result)
    {
        Assert.All(
            result.Manifest.Weights.Where(weight => weight.OutputError is not null),
            weight => Assert.True(weight.OutputError <= weight.RoundToNearestOutputError, $"{weight.Name} ends worse than round-to-nearest"));
        Assert.Contains(result.Manifest.Weights, weight => weight.OutputError is not null);
    }

    /// <summary>Scales between a half and two wherever the block can take them; equal for heads that share their values.</summary>
    private static BlockScales AnyScales(CalibrationContext context, LayerBlock block)
    {
        (bool input, bool[] pairs) = BlockScaling.Of(context, block);
        var random = new Random(block.Layer + 7);
        float[] Scales(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)Math.Pow(2, (2 * random.NextDouble()) - 1))];
        return new BlockScales(input ? Scales(context.Architecture.HiddenSize) : [], [.. block.Pairs.Zip(pairs, (pair, scales) => scales ? Any(pair) : PairScales.None)]);

        PairScales Any(ScaledPair pair)
        {
            float[] producer = Scales(pair.Producer.Weight.Rows);
            int copies = pair.Consumer.Weight.Columns / producer.Length;
            return new PairScales(
                [.. producer.Chunk(copies == 1 ? producer.Length : context.Architecture.HeadSize).SelectMany(head => Enumerable.Repeat(head, copies).SelectMany(values => values))], producer);
        }
    }

    private static Recipe Calibrated(CaseFolder model, string method, params (string Name, string Value)[] more)
    {
        string text = Path.Combine(model.FullPath, "..", "text.txt");
        var random = new Random(5);
        File.WriteAllText(text, string.Concat(Enumerable.Range(0, 600).Select(_ => (char)random.Next(' ', '~'))));
        var settings = new Dictionary<string, string> { ["Method"] = method, ["Calibration"] = text, ["CalibrationSamples"] = "4", ["CalibrationLength"] = "24" };
        foreach ((string name, string value) in more)
        {
            settings[name] = value;
        }

        return Recipe.Parse(settings);
    }

    private static TheoryData<string> Where(Func<DecoderArchitecture, bool> predicate)
    {
        string[] names =
        [
            .. GoldenCase.Packable.Where(name => name == "llama" || !name.Contains("llama", StringComparison.Ordinal)).Where(name =>
            {
                using GoldenCase golden = GoldenCase.Open(name);
                return predicate(golden.Architecture());
            }),
        ];
        return names.Length == 0 ? ["without-goldens"] : [.. names];
    }
}
