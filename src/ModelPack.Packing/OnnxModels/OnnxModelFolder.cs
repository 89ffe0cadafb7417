using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Activations;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.WeightOnly;
using ModelPack.Packing.Reports;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.OnnxModels;

/// <summary>Writes and verifies a packed ONNX model: graph, weights one by one, companions, comparison with the source, manifest.</summary>
internal static class OnnxModelFolder
{
    private const string WorkName = ".work";

    /// <summary>Writes everything into an empty folder and returns the SHA-256 of its files, but for the manifest's.</summary>
    /// <exception cref="ModelPackException">Bad weights, no space, or a check that failed; the folder is to be thrown away.</exception>
    public static IReadOnlyDictionary<string, string> Write(string folder, OnnxJob job, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        string work = Directory.CreateDirectory(Path.Combine(folder, WorkName)).FullName;
        OnnxModel source = job.Source.Load(work, cancellation);
        OnnxPreparation prepared = OnnxPreparation.Of(source);
        CopyCompanions(folder, job.Source);
        WrittenOnnxModel written = job.Request.Recipe.QuantizesActivations
            ? ActivationStage.Write(folder, job, source, prepared, progress, cancellation)
            : WeightOnlyStage.Write(folder, job, prepared, progress, cancellation);
        ManifestAgreement? agreement = OutputComparison.Run(folder, job, source, progress, cancellation);
        Directory.Delete(work, recursive: true);

        var manifest = new PackManifest
        {
            Name = job.Plan.Name,
            Key = job.Plan.Key,
            Engine = EngineVersion.Package,
            Format = "onnx",
            Recipe = job.Request.Recipe.Canonical,
            Source = new ManifestSource(job.Source.Kind, job.Source.ModelType, job.Inputs),
            Size = new ManifestSize(job.Plan.SourceBytes, written.Bytes, Math.Round(BitsPerWeight(written.Weights), 4)),
            Verification = written.Verification,
            Calibration = written.Calibration,
            Agreement = agreement,
            Operators = [.. written.Operators.Select(entry => new ManifestOperator(entry.Name, entry.Type, entry.Weight, entry.Became, entry.Reason) { Error = entry.Error is { } error ? ManifestNumber.Round(error) : null })],
            Changes = prepared.Changes.Count + written.Changes.Count > 0 ? [.. prepared.Changes, .. written.Changes] : null,
            Weights = [.. written.Weights.Select(weight => weight.Weight)],
            Files = PackedFolder.Describe(folder, job.Plan.Files.Except(PackedFolder.Described), cancellation),
        };
        return PackedFolder.Finish(folder, manifest, ReportBuilder.Build(manifest, [.. written.Weights.Select(weight => weight.Origin)]), cancellation);
    }

    private static double BitsPerWeight(IReadOnlyList<WrittenWeight> weights) => weights.Count == 0
        ? 0
        : weights.Sum(weight => (double)weight.Weight.Bytes) * 8 / weights.Sum(weight => weight.Weight.Shape.Aggregate(1.0, (product, size) => product * size));

    private static void CopyCompanions(string folder, OnnxModelSource source)
    {
        foreach (string file in source.CopiedFiles)
        {
            string copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(source.Folder, file), copy);
            File.SetAttributes(copy, FileAttributes.Normal);
        }
    }
}
