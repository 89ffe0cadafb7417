using System.Security.Cryptography;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Reports;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Verification;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Writing;

/// <summary>Writes and verifies a packed folder: graph, weights matrix by matrix, configuration, companions, manifest.</summary>
internal static class PackedFolder
{
    public const string ModelName = "model.onnx";
    public const string DataName = "model.onnx.data";
    public const string GenAiName = "genai_config.json";
    public const string ManifestName = "modelpack.json";
    public const string ReportName = "report.html";
    public const string ReportDataName = "report.json";

    // Written last; the report shows the hashes of all other files, the manifest those of the report too.
    private static readonly string[] Described = [ReportName, ReportDataName, ManifestName];

    /// <summary>Names of the files that a source's packed folder holds.</summary>
    public static IReadOnlyList<string> FileNames(ModelSource source) => [ModelName, DataName, GenAiName, .. source.CopiedFiles, .. Described];

    /// <summary>Writes everything into an empty folder and returns the SHA-256 of its files, but for the manifest's.</summary>
    /// <exception cref="ModelPackException">Bad weights, no space, or a check that failed; the folder is to be thrown away.</exception>
    public static IReadOnlyDictionary<string, string> Write(string folder, PackJob job, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        NativeHeap.ReturnLargeBlocks();
        ModelSource source = job.Source;
        if (job.NeedsText)
        {
            job.Calibration = CalibratedRoad.Run(job, progress, cancellation);
        }
        else if (job.BudgetUnits.Count > 0)
        {
            job.SpreadBits((unit, scheme) => DamageTable.OfWeights(job, unit, scheme, cancellation));
        }

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
        if (weights.QuantizedTwiceError > 0)
        {
            job.Request.Warning?.Invoke(
                SourceErrors.QuantizedTwice,
                FormattableString.Invariant($"{source.Location} is quantized already, and its weights get other codes, as the settings ask: that adds an error of {weights.QuantizedTwiceError:P2} (root mean square, relative to the file's values). Leave out Bits, Method and targets to keep every value, or start from the unquantized model."));
        }


        LogitDifference difference = CheckLogits(folder, modelFile, job, layout, data, progress, cancellation);
        var manifest = new PackManifest
        {
            Name = job.Plan.Name,
            Key = job.Plan.Key,
            Engine = EngineVersion.Package,
            Format = "onnx",
            Recipe = job.Request.Recipe.Canonical,
            Source = new ManifestSource(source.Kind, source.Architecture.ModelType, job.Inputs),
            Size = new ManifestSize(job.Plan.SourceBytes, layout.Length + new FileInfo(modelFile).Length, Math.Round(job.Plan.BitsPerWeight, 4)),
            Verification = new ManifestVerification(
                weights.Matrices, weights.Kernels, ManifestNumber.Round(weights.LargestKernelError), difference.Positions, ManifestNumber.Round(difference.RelativeError), difference.TopAgreement, ManifestNumber.Round(difference.KlDivergence)),
            Calibration = Describe(job.Calibration),
            Evaluation = Evaluate(folder, job, layout, progress, cancellation),
            Weights = written,
            Files = Describe(folder, FileNames(source).Except(Described), cancellation),
        };
        ReportData report = ReportBuilder.Build(manifest, source, GreedySample.Make(job, folder, cancellation));
        File.WriteAllText(Path.Combine(folder, ReportName), ReportPage.Write(report));
        File.WriteAllText(Path.Combine(folder, ReportDataName), report.ToJson());
        manifest = manifest with { Files = [.. manifest.Files, .. Describe(folder, [ReportName, ReportDataName], cancellation)] };
        File.WriteAllText(Path.Combine(folder, ManifestName), manifest.ToJson());
        return manifest.Files.ToDictionary(file => file.Name, file => file.Sha256, StringComparer.Ordinal);
    }

    private static ManifestCalibration? Describe(CalibrationOutcome? outcome) => outcome is null ? null : new ManifestCalibration(
        outcome.Rows.Source,
        outcome.Rows.Count,
        outcome.Rows.Length,
        outcome.Targets?.Targets,
        ManifestNumber.Round(outcome.Targets?.KlWith),
        ManifestNumber.Round(outcome.Targets?.KlWithout),
        outcome.Warnings)
    {
        Device = outcome.Device,
    };

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
        return job.EvaluationTextHash is null
            ? null
            : GateMeasurement.Run(job, folder, layout, share => progress?.Report(new PackProgress(job.Plan.Name, "evaluate", (long)(share * total), total)), cancellation);
    }

    private static List<ManifestFile> Describe(string folder, IEnumerable<string> names, CancellationToken cancellation)
    {
        var files = new List<ManifestFile>();
        foreach (string name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            using FileStream stream = new(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20);
            files.Add(new ManifestFile(name, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream))));
        }

        return files;
    }
}
