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
    public static TheoryData<string> Cases => Where(LayerBlock.HasHalves);

    public static TheoryData<string> Refused => Where(architecture => !LayerBlock.HasHalves(architecture));

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

    // Norms behind branches, no norms before them, transposed and fused tensors, addends of norms, relu, multipliers, clamped projections.
    [SkippableTheory]
    [InlineData("gemma2")]
    [InlineData("olmo2")]
    [InlineData("gpt2")]
    [InlineData("opt")]
    [InlineData("granite")]
    [InlineData("lfm2")]
    [InlineData("olmo")]
    public async Task A_case_packs_with_scales_and_sweep(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        PackResult result = await Packer.PackAsync(new PackRequest(model.FullPath, Calibrated(model, "awq+gptq"), store.Store, 1));
        Assert.All(
            result.Manifest.Weights.Where(weight => weight.OutputError is not null),
            weight => Assert.True(weight.OutputError <= weight.RoundToNearestOutputError, $"{weight.Name} ends worse than round-to-nearest"));
        Assert.Contains(result.Manifest.Weights, weight => weight.OutputError is not null);
    }

    [SkippableTheory]
    [MemberData(nameof(Refused))]
    public async Task A_family_whose_layers_have_no_halves_is_refused_by_name_before_anything_is_measured(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(new PackRequest(model.FullPath, Recipe.Parse(new Dictionary<string, string> { ["Method"] = "gptq" }), store.Store)));
        Assert.Equal("MPK1610", error.Code);
        Assert.Contains(golden.Architecture().ModelType, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Scales between a half and two wherever the block can take them; equal for heads that share their values.</summary>
    private static BlockScales AnyScales(CalibrationContext context, LayerBlock block)
    {
        (bool input, bool inner) = BlockScaling.Pairs(context, block);
        var random = new Random(block.Narrowing.Weight.Columns);
        float[] Scales(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)Math.Pow(2, (2 * random.NextDouble()) - 1))];
        float[] producer = inner ? Scales(block.Producer!.Weight.Rows) : [];
        int headSize = context.Architecture.HeadSize;
        int copies = inner ? block.Narrowing.Weight.Columns / producer.Length : 1;
        float[] repeated = [.. producer.Chunk(copies == 1 ? Math.Max(1, producer.Length) : headSize).SelectMany(head => Enumerable.Repeat(head, copies).SelectMany(values => values))];
        return new BlockScales(input ? Scales(block.Widening[0].Weight.Columns) : [], repeated, producer);
    }

    private static Recipe Calibrated(CaseFolder model, string method)
    {
        string text = Path.Combine(model.FullPath, "..", "text.txt");
        var random = new Random(5);
        File.WriteAllText(text, string.Concat(Enumerable.Range(0, 600).Select(_ => (char)random.Next(' ', '~'))));
        return Recipe.Parse(new Dictionary<string, string> { ["Method"] = method, ["Calibration"] = text, ["CalibrationSamples"] = "4", ["CalibrationLength"] = "24" });
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
