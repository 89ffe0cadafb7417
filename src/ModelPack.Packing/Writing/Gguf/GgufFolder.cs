using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Reports;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Verification;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Writes and verifies one .gguf file that holds the whole model, and the importance of its inputs where they were measured.</summary>
internal static class GgufFolder
{
    private const string Extension = ".gguf";
    private const string ImportanceExtension = ".imatrix.gguf";
    private const int FloatBits = 16;

    /// <summary>Names of the files.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="measuresImportance">True when a calibration text is given.</param>
    public static IReadOnlyList<string> FileNames(string name, bool measuresImportance) => measuresImportance ? [name + Extension, ImportanceName(name)] : [name + Extension];

    /// <summary>Name of the file that keeps what was measured on a calibration text.</summary>
    public static string ImportanceName(string name) => name + ImportanceExtension;

    /// <summary>True for the tensor that the divisors of rope's frequencies stand before, in the order of names.</summary>
    public static bool FollowsRopeDivisors(string tensor) => tensor == TensorNames.Embedding;

    /// <summary>Writes everything into an empty folder.</summary>
    /// <exception cref="ModelPackException">Bad weights, no space, or a check that failed; the folder is to be thrown away.</exception>
    public static WrittenModel Write(string folder, PackJob job, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        IReadOnlyList<NamedTensor> written = TensorNames.Of(architecture);
        NamedWeight[] weights = [.. written.SelectMany(tensor => tensor.Parts)];
        string path = Path.Combine(folder, job.Plan.Name + Extension);
        GgufWarnings.Give(job);
        if (job is { Importance: { } importance, Calibration.Rows: { } rows })
        {
            ImportanceExchange.Export(importance, rows, architecture).Write(Path.Combine(folder, ImportanceName(job.Plan.Name)));
        }

        GgufWeightRoad road;
        using (GgufWriter writer = GgufWriter.Create(path, GgufMetadata.Of(job).Pairs, Tensors(job, written)))
        {
            road = new GgufWeightRoad(job, weights, writer, progress);
            road.Run([.. RopeMetadata.Tensors(architecture).SelectMany(tensor => tensor.Divisors)], cancellation);
            writer.Complete();
        }

        QuantizedTwice.Warn(job, road.QuantizedTwiceError);

        // The arrays of the last tensors would stand beside the weights of the first stage.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using GgufFile file = GgufFile.Open(path);
        Dictionary<string, GgufTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (NamedWeight named in weights)
        {
            cancellation.ThrowIfCancellationRequested();
            TensorReadBack.Require(job, file, tensors[named.Name], named, road.Sums[named.Weight.Name]);
        }

        Dictionary<string, NamedWeight> names = weights.ToDictionary(named => named.Weight.Name, StringComparer.Ordinal);
        IWeightRows Decoded(DecoderWeight weight) =>
            FileRows.Published(names[weight.Name], new TensorRows(names[weight.Name], tensors[names[weight.Name].Name], path));
        LogitDifference difference = CheckLogits(job, Decoded, progress, cancellation);
        return new WrittenModel(
            new FileInfo(path).Length,
            road.Describe(),
            new ManifestVerification(weights.Length, 0, 0, difference.Positions, ManifestNumber.Round(difference.RelativeError), difference.TopAgreement, ManifestNumber.Round(difference.KlDivergence)),
            Evaluate(job, Decoded, progress, cancellation),
            GreedySample.Make(job, job.Source.Folder, () => SessionLogitSource.OpenFloat(architecture, Decoded, job.Source.Folder, path, job.Threads), cancellation));
    }

    private static List<GgufTensorInfo> Tensors(PackJob job, IReadOnlyList<NamedTensor> written)
    {
        var tensors = new List<GgufTensorInfo>();
        foreach (NamedTensor tensor in written)
        {
            if (FollowsRopeDivisors(tensor.Name))
            {
                tensors.AddRange(RopeMetadata.Tensors(job.Source.Architecture).Select(rope => new GgufTensorInfo(rope.Name, GgufTensorType.F32, [rope.Divisors.Length])));
            }

            tensors.Add(new GgufTensorInfo(tensor.Name, TensorStorage.TypeOf(job.StorageOf(tensor.Parts[0].Weight)), tensor.Shape));
        }

        return tensors;
    }

    private static LogitDifference CheckLogits(PackJob job, Func<DecoderWeight, IWeightRows> decoded, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        long[] ids = VerificationText.Encode(Tokenizer.Load(job.Source.Folder), architecture);
        int fewestBits = job.Plan.Weights.Where(weight => weight.GroupSize > 0).Select(weight => weight.Bits).DefaultIfEmpty(FloatBits).Min();
        long total = job.Plan.SourceBytes;
        return DecodedLogitCheck.Run(
            architecture, job.Source.Rows, decoded, fewestBits, ids, job.Source.Folder, job.Threads, share => progress?.Report(new PackProgress(job.Plan.Name, "verify", (long)(share * total), total)), cancellation);
    }

    private static ManifestEvaluation? Evaluate(PackJob job, Func<DecoderWeight, IWeightRows> decoded, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        long total = job.Plan.SourceBytes;
        DecoderArchitecture architecture = job.Source.Architecture;
        return job.EvaluationTextHash is null ? null : GateMeasurement.Run(
            job,
            job.Source.Folder,
            windows => LayerwiseLogitSource.Open(
                architecture, new FloatStages(architecture, decoded, job.Source.Folder, job.Threads).Open, windows, LayerwiseLogitSource.DefaultBudget, kept: null, finished: null, cancellation),
            share => progress?.Report(new PackProgress(job.Plan.Name, "evaluate", (long)(share * total), total)),
            cancellation);
    }
}
