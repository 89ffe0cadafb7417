using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Evaluation;

/// <summary>
/// Measures a packed model as deployed on the project's text, for the gate: windows as llama.cpp cuts them, since each begins with BOS and what
/// counts has half a window before it, and the first ones only, so that a build stays short.
/// </summary>
internal static class GateMeasurement
{
    /// <summary>Largest number of windows.</summary>
    public const int MostWindows = 40;

    /// <summary>Largest number of tokens of a window.</summary>
    public const int MostContext = 512;

    private const EvaluationProtocol Protocol = EvaluationProtocol.LlamaCpp;

    /// <summary>Packed models of at most this size are run whole, as users run them; larger ones stage by stage.</summary>
    public const long WholeModelBytes = 512L << 20;

    // Of the work, the source's share.
    private const double ReferenceShare = 0.5;

    /// <summary>Measures.</summary>
    /// <param name="job">The job; its recipe names the text.</param>
    /// <param name="folder">Folder with the tokenizer.</param>
    /// <param name="open">Opens the packed model for the windows it will be given.</param>
    /// <param name="finished">Called after each window with the share of the work done, 0 to 1.</param>
    /// <param name="cancellation">Checked between windows.</param>
    /// <exception cref="ModelPackException">MPK2020, MPK2021: the text does not do; MPK2024: a prediction is no number.</exception>
    public static ManifestEvaluation Run(PackJob job, string folder, Func<IReadOnlyList<int[]>, ILogitSource> open, Action<double> finished, CancellationToken cancellation)
    {
        ModelSource source = job.Source;
        string text = EvaluationTextFile.Read(job.Request.Recipe.EvaluationText!);
        int context = Math.Min(MostContext, source.Architecture.ContextLength);
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(folder), text, source.Architecture.BosTokenId, context, MostWindows);
        IReadOnlyList<int[]> all = windows.All(Protocol);
        using LayerwiseLogitSource reference = LayerwiseLogitSource.Open(
            source.Architecture,
            LayerwiseLogitSource.SourceStages(source, job.Threads),
            all,
            LayerwiseLogitSource.DefaultBudget,
            (job.Request.Store, ReferenceKey(job, all)),
            (done, total) => finished(ReferenceShare * done / total),
            cancellation);
        using ILogitSource packed = open(all);
        FidelityReport report = ModelEvaluation.Measure(
            reference, [packed], windows, Protocol, (done, total) => finished(ReferenceShare + ((1 - ReferenceShare) * done / total)), cancellation)[0];
        return Describe(report, job.EvaluationTextHash!, context);
    }

    /// <summary>Bytes that measuring takes beside a base: heads, logits of both models, hidden states.</summary>
    public static long PeakMemory(PackJob job)
    {
        long vocabulary = job.Source.Architecture.VocabularySize, hidden = job.Source.Architecture.HiddenSize;
        long context = Math.Min(MostContext, job.Source.Architecture.ContextLength);
        long packed = job.Source.Architecture.Weights.Sum(weight => StoragePlanner.Bytes(weight, job.StorageOf(weight)));
        long states = Math.Min(LayerwiseLogitSource.DefaultBudget, MostWindows * context * hidden * sizeof(float));
        bool gguf = job.Request.Recipe.Format == ContainerFormat.Gguf;
        bool whole = !gguf && packed <= WholeModelBytes;
        long head = vocabulary * hidden;
        return (head * sizeof(float)) + (2 * context * vocabulary * sizeof(float)) + states + (whole ? 2 * packed : ((gguf ? sizeof(float) : 2) * head) + states);
    }

    // Other settings are measured against the same source on the same text.
    private static string ReferenceKey(PackJob job, IReadOnlyList<int[]> windows)
    {
        int[] ids = [.. windows.SelectMany(window => window)];
        string text = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(ids.AsSpan())));
        return CalibrationKeys.Of(CalibrationKeys.OfWeights(job), $"evaluation {windows[0].Length} {text}");
    }

    private static ManifestEvaluation Describe(FidelityReport report, string hash, int context) => new(
        hash,
        "llama.cpp",
        context,
        report.Windows,
        report.Tokens,
        ManifestNumber.Round(report.Perplexity, 4),
        ManifestNumber.Round(report.ReferencePerplexity, 4),
        ManifestNumber.Round(report.PerplexityIncrease),
        ManifestNumber.Round(report.PerplexityIncreaseStandardError, 2),
        ManifestNumber.Round(report.KlDivergence.Mean),
        ManifestNumber.Round(report.KlDivergence.StandardError, 2),
        ManifestNumber.Round(report.KlDivergence.Median),
        ManifestNumber.Round(report.KlDivergence.P99),
        Math.Round(report.TopAgreement, 4),
        ManifestNumber.Round(report.TopAgreementStandardError, 2));
}
