using System.Numerics.Tensors;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>Takes one encoder of the goldens through everything that a model goes through.</summary>
internal static class EncoderMeasurement
{
    public static async Task<EncoderFigures> Of(string name)
    {
        using var encoder = new GoldenEncoder(name, everyState: false);
        GoldenCase golden = encoder.Case;
        float[] expected = golden.Floats("last_hidden_state");
        float[] whole = PaddedStates.Clear(encoder.Run()["last_hidden_state"], golden.Ids("attention_mask"));
        return new EncoderFigures(
            name,
            golden.ModelType,
            golden.Tolerance,
            Close.LargestDifference(expected, whole),
            await Packed(golden, ("Bits", "8")),
            await Packed(golden, ("Bits", "8"), ("Method", "rtn")),
            await Packed(golden, ("Bits", "4")));
    }

    /// <summary>Packs as a build does, and gives the smallest cosine of any real token's state to the reference's.</summary>
    private static async Task<float> Packed(GoldenCase golden, params (string Name, string Value)[] settings)
    {
        using var copy = new EncoderCopy(golden.Name);
        CharacterTokenizer.Write(copy.Folder);
        using var store = new TemporaryStore();
        Recipe recipe = Recipe.Parse(settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        PackResult packed = await Packer.PackAsync(new PackRequest(copy.Folder, recipe, store.Store));
        using var run = new EncoderRun(Path.Combine(packed.Folder, "model.onnx"));
        long[] mask = golden.Ids("attention_mask");
        float[] states = run.Run(golden.Ids("input_ids"), mask, golden.Has("token_type_ids") ? golden.Ids("token_type_ids") : null, golden.Shape("input_ids")[0])["last_hidden_state"];
        float[] expected = golden.Floats("last_hidden_state");
        int width = expected.Length / mask.Length;
        return Enumerable.Range(0, mask.Length).Where(i => mask[i] == 1).Min(i => TensorPrimitives.CosineSimilarity<float>(expected.AsSpan(i * width, width), states.AsSpan(i * width, width)));
    }
}
