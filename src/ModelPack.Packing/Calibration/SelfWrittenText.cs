using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Calibration rows that the model writes itself, sampled from its own predictions with a fixed seed: what it was trained on
/// is what it writes, and no text has to be found. An 8-bit copy of it writes, so that models larger than memory can.
/// </summary>
internal static class SelfWrittenText
{
    /// <summary>Name of the source in manifests.</summary>
    public const string Name = "self";

    // The version of the way rows are sampled belongs to their key.
    private const int Version = 1;

    // Rows that are written side by side: enough to fill the cores, few enough for their caches to stay small.
    private const int Batch = 16;

    /// <summary>Writes the rows, or finds them in the store.</summary>
    public static CalibrationRows Write(PackJob job, int samples, int length, CancellationToken cancellation)
    {
        int tokens = Math.Min(length, job.Source.Architecture.ContextLength);
        string key = CalibrationKeys.Of(CalibrationKeys.OfWeights(job), $"self-written text {Version} {samples} {tokens}");
        int[] ids = StoredNumbers.FindOrMeasure(job.Request.Store, key, samples * tokens, () => Sample(job, samples, tokens, cancellation));
        return new CalibrationRows([.. Enumerable.Range(0, samples).Select(row => ids.AsSpan(row * tokens, tokens).ToArray())], Name);
    }

    private static int[] Sample(PackJob job, int samples, int tokens, CancellationToken cancellation)
    {
        var recipe = Recipe.Parse(new Dictionary<string, string> { ["Bits"] = "8", ["GroupSize"] = "32", ["Name"] = job.Plan.Name });
        PackResult copy = Packer.PackAsync(new PackRequest(job.Request.Source, recipe, job.Request.Store, job.Request.Threads), null, cancellation).GetAwaiter().GetResult();
        int start = FirstToken(job);
        int[] ids = new int[samples * tokens];
        using var writer = new BatchSampler(Path.Combine(copy.Folder, Writing.OnnxFolder.ModelName), job.Source.Architecture, job.Threads);
        for (int first = 0; first < samples; first += Batch)
        {
            int rows = Math.Min(Batch, samples - first);
            writer.Write(ids.AsSpan(first * tokens, rows * tokens), rows, start, first, cancellation);
        }

        return ids;
    }

    /// <summary>What a text begins with: BOS, else what separates texts, else a line end.</summary>
    private static int FirstToken(PackJob job)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        if (architecture.BosTokenId is { } bos)
        {
            return bos;
        }

        if (architecture.EosTokenIds is [var eos, ..])
        {
            return eos;
        }

        return Tokenizer.Load(job.Source.Folder).Encode("\n", addSpecialTokens: false) is [var line, ..] ? line : 0;
    }
}
