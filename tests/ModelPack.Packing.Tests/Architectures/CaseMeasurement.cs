using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Tests.Evaluation;
using ModelPack.Packing.Tests.Road;
using ModelPack.Packing.Writing;
using ModelPack.Runtime;
using ModelPack.Runtime.Generation;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Takes one case of the goldens through everything that a model goes through.</summary>
internal static class CaseMeasurement
{
    public static async Task<CaseFigures> Of(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions { AccuracyLevel = 0 });
        return new CaseFigures(
            name,
            architecture.ModelType,
            golden.Tolerance,
            Whole(golden, folder, architecture),
            Steps(golden, folder, architecture),
            await Packed(golden, 8),
            await Packed(golden, 4),
            GeneratesTheReference(golden, folder, architecture));
    }

    private static float Whole(GoldenCase golden, DecoderFolder folder, DecoderArchitecture architecture)
    {
        using var runner = new DecoderRunner(folder.Model, architecture);
        float largest = Close.LargestDifference(golden.Floats("logits"), runner.Run(golden.Ids("input_ids")));
        if (golden.Has("long_logits"))
        {
            largest = Math.Max(largest, Close.LargestDifference(golden.Floats("long_logits"), runner.Run(golden.Ids("long_input_ids"))));
        }

        if (golden.Has("batch_logits"))
        {
            largest = Math.Max(largest, Close.LargestDifference(golden.Floats("batch_logits"), PaddedBatch.Run(runner, golden, architecture)));
        }

        return largest;
    }

    private static float Steps(GoldenCase golden, DecoderFolder folder, DecoderArchitecture architecture)
    {
        using var runner = new DecoderRunner(folder.Model, architecture, sharedLength: 96);
        long[] prompt = golden.Ids("input_ids"), greedy = golden.Ids("greedy");
        float[] expected = golden.Floats("greedy_logits");
        float[] row = runner.Run(prompt)[^architecture.VocabularySize..];
        float largest = 0;
        for (int step = 0; step < greedy.Length; step++)
        {
            largest = Math.Max(largest, Close.LargestDifference(expected.AsSpan(step * row.Length, row.Length), row));
            row = runner.Run([greedy[step]], past: prompt.Length + step);
        }

        return largest;
    }

    /// <summary>Packs as a build does and compares the written model, its products in float, with a float graph of the codes read back.</summary>
    private static async Task<float> Packed(GoldenCase golden, int bits)
    {
        using var model = new CaseFolder(golden);
        using var store = new TemporaryStore();
        Recipe recipe = Recipe.Parse(new Dictionary<string, string> { ["Bits"] = bits.ToString(), ["HeadBits"] = bits.ToString(), ["EmbeddingBits"] = bits.ToString() });
        PackResult packed = await Packer.PackAsync(new PackRequest(model.FullPath, recipe, store.Store));
        using HuggingFaceSource source = HuggingFaceSource.Open(model.FullPath);
        Assert.Equal(source.Architecture.Weights.Count(weight => weight.IsMatrix), packed.Manifest.Verification.Matrices);
        int[] prompt = [.. golden.Ids("input_ids").Select(id => (int)id)];
        var stored = new StoredWeights(source, recipe, Path.Combine(packed.Folder, OnnxFolder.DataName));
        using LayerwiseLogitSource floats = LayerwiseLogitSource.Open(
            source.Architecture, new FloatStages(source.Architecture, stored.Rows, source.Folder, 1).Open, [prompt], LayerwiseLogitSource.DefaultBudget, kept: null, finished: null, default);
        using SessionLogitSource written = SessionLogitSource.OpenPacked(packed.Folder, exact: true, threads: 1);
        float[] expected = new float[prompt.Length * source.Architecture.VocabularySize], actual = new float[expected.Length];
        floats.Run(prompt, expected);
        written.Run(prompt, actual);
        return Close.LargestDifference(expected, actual);
    }

    private static bool GeneratesTheReference(GoldenCase golden, DecoderFolder folder, DecoderArchitecture architecture)
    {
        File.WriteAllText(Path.Combine(folder.FullPath, "genai_config.json"), GenAiConfig.Write(architecture));
        CharacterTokenizer.Write(folder.FullPath);
        long[] prompt = golden.Ids("input_ids"), greedy = golden.Ids("greedy");
        long[] expected = [.. greedy.TakeWhile(id => !architecture.EosTokenIds.Contains((int)id))];
        int[] genAi = GenAiProbe.Generate(folder.FullPath, prompt, greedy.Length).Ids;
        using PackedModel model = PackedModel.Open(folder.FullPath, new PackedModelOptions { Threads = 1, AllowSpinning = false, Provider = ModelPack.Runtime.Sessions.ExecutionProviderChoice.Cpu });
        string text = string.Concat(model.Generate([.. prompt.Select(id => (int)id)], GenerationOptions.Greedy with { MaxTokens = greedy.Length }).Select(piece => piece.Text));
        return expected.SequenceEqual(genAi.Take(expected.Length).Select(id => (long)id)) && expected.SequenceEqual(CharacterTokenizer.Ids(text));
    }
}
