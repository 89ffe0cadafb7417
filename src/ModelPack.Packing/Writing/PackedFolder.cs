using System.Security.Cryptography;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Reports;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Writing;

/// <summary>Writes and verifies a packed folder: the model in its container, the report, the manifest.</summary>
internal static class PackedFolder
{
    public const string ManifestName = "modelpack.json";
    public const string ReportName = "report.html";
    public const string ReportDataName = "report.json";

    /// <summary>Written last; the report shows the hashes of all other files, the manifest those of the report too.</summary>
    public static readonly IReadOnlyList<string> Described = [ReportName, ReportDataName, ManifestName];

    /// <summary>Names of the files that a packed folder holds.</summary>
    /// <param name="job">What is packed.</param>
    /// <param name="name">Name of the model.</param>
    public static IReadOnlyList<string> FileNames(PackJob job, string name) =>
        [.. job.Request.Recipe.Format == ContainerFormat.Gguf ? GgufFolder.FileNames(name, job.NeedsImportance) : OnnxFolder.FileNames(job), .. Described];

    /// <summary>Writes everything into an empty folder and returns the SHA-256 of its files, but for the manifest's.</summary>
    /// <exception cref="ModelPackException">Bad weights, no space, or a check that failed; the folder is to be thrown away.</exception>
    public static IReadOnlyDictionary<string, string> Write(string folder, PackJob job, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        NativeHeap.ReturnLargeBlocks();
        ModelSource source = job.Source;
        bool gguf = job.Request.Recipe.Format == ContainerFormat.Gguf;
        if (ImportanceFile.Read(job.Request.Recipe) is { } matrix)
        {
            job.Matrix = matrix;
            job.Importance = ImportanceExchange.Import(matrix, job.Request.Recipe.Calibration!, source.Architecture, job.Request.Warning);
        }

        if (job.NeedsText)
        {
            job.Calibration = CalibratedRoad.Run(job, progress, cancellation);
        }
        else if (job.BudgetUnits.Count > 0)
        {
            job.SpreadBits((unit, scheme) => DamageTable.OfWeights(job, unit, scheme, cancellation));
        }

        else if (job.TypeUnits is { Count: > 0 } typed)
        {
            job.SpreadTypes(TypeDamage.OfWeights(job, typed, cancellation));
        }

        WrittenModel model = gguf ? GgufFolder.Write(folder, job, progress, cancellation) : OnnxFolder.Write(folder, job, progress, cancellation);
        var manifest = new PackManifest
        {
            Name = job.Plan.Name,
            Key = job.Plan.Key,
            Engine = EngineVersion.Package,
            Format = SettingSyntax.Format.Format(job.Request.Recipe.Format),
            Recipe = job.Request.Recipe.Canonical,
            Source = new ManifestSource(source.Kind, source.Architecture.ModelType, job.Inputs),
            Adapters = model.Adapters.Count > 0 ? model.Adapters : job.Adapters.Count > 0 ? job.Adapters : null,
            Size = new ManifestSize(job.Plan.SourceBytes, model.Bytes, Math.Round(job.Plan.BitsPerWeight, 4)),
            Verification = model.Verification,
            Calibration = Describe(job),
            Evaluation = model.Evaluation,
            Weights = model.Weights,
            Files = Describe(folder, FileNames(job, job.Plan.Name).Except(Described), cancellation),
        };
        return Finish(folder, manifest, ReportBuilder.Build(manifest, source, model.Sample), cancellation);
    }

    /// <summary>Writes report and manifest, and returns the SHA-256 of all files but the manifest.</summary>
    /// <param name="folder">The folder; everything else is in it.</param>
    /// <param name="manifest">The manifest with the files that are there.</param>
    /// <param name="report">The report.</param>
    /// <param name="cancellation">Checked between files.</param>
    public static IReadOnlyDictionary<string, string> Finish(string folder, PackManifest manifest, ReportData report, CancellationToken cancellation)
    {
        File.WriteAllText(Path.Combine(folder, ReportName), ReportPage.Write(report));
        File.WriteAllText(Path.Combine(folder, ReportDataName), report.ToJson());
        manifest = manifest with { Files = [.. manifest.Files, .. Describe(folder, [ReportName, ReportDataName], cancellation)] };
        File.WriteAllText(Path.Combine(folder, ManifestName), manifest.ToJson());
        return manifest.Files.ToDictionary(file => file.Name, file => file.Sha256, StringComparer.Ordinal);
    }

    private static ManifestCalibration? Describe(PackJob job)
    {
        if (job.Matrix is { } matrix)
        {
            return new ManifestCalibration(Path.GetFileName(job.Request.Recipe.Calibration!), matrix.ChunkCount, matrix.ChunkSize, null, null, null, []);
        }

        return job.Calibration is not { } outcome ? null : new ManifestCalibration(
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
    }

    /// <summary>Length and hash of files of a folder.</summary>
    public static List<ManifestFile> Describe(string folder, IEnumerable<string> names, CancellationToken cancellation)
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
