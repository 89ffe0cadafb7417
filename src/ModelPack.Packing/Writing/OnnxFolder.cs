using ModelPack.Formats.Onnx;
using ModelPack.Packing.Adapters;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Reports;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Verification;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Writing;

/// <summary>Writes and verifies a model for ONNX Runtime: graph, weights matrix by matrix, configuration, companions.</summary>
internal static class OnnxFolder
{
    public const string ModelName = "model.onnx";
    public const string DataName = "model.onnx.data";
    public const string GenAiName = "genai_config.json";

    /// <summary>Names of the files.</summary>
    public static IReadOnlyList<string> FileNames(PackJob job) =>
        [ModelName, DataName, GenAiName, .. job.Source.CopiedFiles, .. job.SeparateAdapters.Select(AdapterFile.NameOf)];

    /// <summary>Writes everything into an empty folder.</summary>
    /// <exception cref="ModelPackException">Bad weights, no space, or a check that failed; the folder is to be thrown away.</exception>
    public static WrittenModel Write(string folder, PackJob job, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        ModelSource source = job.Source;
        DecoderGraphModel graph = DecoderGraph.Build(source.Architecture, job.GraphOptions, job.StorageOf);
        GraphLayout layout = GraphLayout.Assign(graph, DataName);
        string modelFile = Path.Combine(folder, ModelName);
        OnnxFile.Write(modelFile, graph.Model);
        File.WriteAllText(Path.Combine(folder, GenAiName), GenAiConfig.Write(source.Architecture));
        foreach (string file in source.CopiedFiles)
        {
            string copy = Path.Combine(folder, file);
            File.Copy(Path.Combine(source.Folder, file), copy);
            File.SetAttributes(copy, FileAttributes.Normal);
        }

        using DataFile data = DataFile.Create(Path.Combine(folder, DataName), layout.Length);
        var writer = new WeightWriter(data, layout, job.FloatRows);
        writer.WriteConstants();
        var weights = new WeightRoad(folder, job, writer, progress);
        IReadOnlyList<ManifestWeight> written = weights.Run(cancellation);
        QuantizedTwice.Warn(job, weights.QuantizedTwiceError);

        LogitDifference difference = CheckLogits(folder, modelFile, job, layout, data, progress, cancellation);
        IReadOnlyList<ManifestAdapter> adapters = WriteAdapters(folder, job, layout, cancellation);
        return new WrittenModel(
            layout.Length + new FileInfo(modelFile).Length,
            written,
            new ManifestVerification(
                weights.Matrices, weights.Kernels, ManifestNumber.Round(weights.LargestKernelError), difference.Positions, ManifestNumber.Round(difference.RelativeError), difference.TopAgreement, ManifestNumber.Round(difference.KlDivergence)),
            Evaluate(folder, job, layout, progress, cancellation),
            GreedySample.Make(job, folder, () => SessionLogitSource.OpenPacked(folder, exact: false, job.Threads), cancellation))
        {
            Adapters = adapters,
        };
    }

    private static List<ManifestAdapter> WriteAdapters(string folder, PackJob job, GraphLayout layout, CancellationToken cancellation)
    {
        var written = new List<ManifestAdapter>();
        long[] ids = job.SeparateAdapters.Count == 0 ? [] : VerificationText.Encode(Tokenizer.Load(folder), job.Source.Architecture);
        foreach ((BoundAdapter adapter, ManifestAdapter described) in job.SeparateAdapters.Zip(job.Adapters))
        {
            AdapterFile.Write(folder, adapter, job.GraphOptions.Target);
            LogitDifference difference = AdapterCheck.Run(job, adapter, ids, folder, layout, cancellation);
            written.Add(described with { LogitsRelativeError = ManifestNumber.Round(difference.RelativeError), KlDivergence = ManifestNumber.Round(difference.KlDivergence) });
        }

        return written;
    }

    private static LogitDifference CheckLogits(
        string folder, string modelFile, PackJob job, GraphLayout layout, DataFile data, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        long[] ids = VerificationText.Encode(Tokenizer.Load(folder), architecture);
        var check = new LogitCheck(architecture, job.Source.Rows, job.FloatRows, job.StorageOf, job.GraphOptions, folder, layout, data, job.Threads);
        long total = job.Plan.SourceBytes;
        return check.Run(ids, modelFile, share => progress?.Report(new PackProgress(job.Plan.Name, "verify", (long)(share * total), total)), cancellation);
    }

    private static ManifestEvaluation? Evaluate(string folder, PackJob job, GraphLayout layout, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        long total = job.Plan.SourceBytes;
        DecoderArchitecture architecture = job.Source.Architecture;
        return job.EvaluationTextHash is null ? null : GateMeasurement.Run(
            job,
            folder,
            windows => layout.Length <= GateMeasurement.WholeModelBytes
                ? SessionLogitSource.OpenPacked(folder, exact: false, job.Threads)
                : LayerwiseLogitSource.Open(
                    architecture, new PackedStages(architecture, job.StorageOf, job.GraphOptions, folder, layout, job.Threads).Open, windows, LayerwiseLogitSource.DefaultBudget, kept: null, finished: null, cancellation),
            share => progress?.Report(new PackProgress(job.Plan.Name, "evaluate", (long)(share * total), total)),
            cancellation);
    }
}
