using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Planning;

/// <summary>A request with its source opened and every decision about storage taken. Dispose it to close the source.</summary>
internal sealed class PackJob : IDisposable
{
    // Resident memory before any weight is read: runtime, ONNX Runtime, tokenizer. Measured at 110 MB, with room.
    private const long BaseMemory = 160L << 20;

    private const int DefaultCalibrationSamples = 128;
    private const int DefaultCalibrationLength = 512;

    private readonly Dictionary<string, WeightStorage> _storage;
    private readonly Dictionary<string, QuantizationMethod> _methods;
    private CalibrationRows? _rows;

    private PackJob(PackRequest request, HuggingFaceSource source, string name, IReadOnlyList<ManifestFile> inputs, IReadOnlyList<ManifestFile> texts, string? evaluationTextHash, Dictionary<string, WeightStorage> storage)
    {
        Request = request;
        Source = source;
        Inputs = inputs;
        Texts = texts;
        EvaluationTextHash = evaluationTextHash;
        _storage = storage;
        _methods = source.Architecture.Weights.Where(weight => weight.IsMatrix).ToDictionary(weight => weight.Name, weight => StoragePlanner.MethodOf(weight, request.Recipe), StringComparer.Ordinal);
        Threads = request.Threads > 0 ? request.Threads : Environment.ProcessorCount;
        string key = PackKeys.OfModel(name, request.Recipe.Canonical, [.. inputs, .. texts], evaluationTextHash);
        bool cached = request.Store.TryGetModel(key, out _);
        PlannedWeight[] weights = [.. source.Architecture.Weights.Select(Describe)];
        long weightBytes = weights.Sum(weight => weight.Bytes);
        long companions = source.CopiedFiles.Sum(file => new FileInfo(Path.Combine(source.Folder, file)).Length);
        Plan = new PackPlan(
            name,
            key,
            request.Store.FolderOf(key),
            PackedFolder.FileNames(source),
            [.. source.Inputs, .. TextFiles(request.Recipe), .. EvaluationTexts(request.Recipe)],
            weights,
            source.Architecture.Weights.Sum(weight => weight.ElementCount * Formats.Numerics.ElementTypes.SizeInBytes(weight.SourceType)),
            weightBytes + companions + (1L << 16),
            PeakMemoryBytes: 0,
            (2 * weightBytes) + companions + (1L << 16),
            cached)
        {
            LimitsPending = !cached && GateLimits.Any(request.Recipe),
        };
        Plan = Plan with { PeakMemoryBytes = PeakMemory() };
    }

    /// <summary>The request.</summary>
    public PackRequest Request { get; }

    /// <summary>The opened source.</summary>
    public HuggingFaceSource Source { get; }

    /// <summary>Source files with their hashes, names relative to the source folder.</summary>
    public IReadOnlyList<ManifestFile> Inputs { get; }

    /// <summary>Texts that decide the result, with their hashes.</summary>
    public IReadOnlyList<ManifestFile> Texts { get; }

    /// <summary>Hash of the text that the packed model is measured on; null: it is not measured.</summary>
    public string? EvaluationTextHash { get; }

    /// <summary>What will happen.</summary>
    public PackPlan Plan { get; }

    /// <summary>What calibration decided; null when nothing needs it, or before it has run.</summary>
    public CalibrationOutcome? Calibration { get; set; }

    /// <summary>True when some weight's codes depend on its inputs.</summary>
    public bool NeedsCalibration => Source.Architecture.Weights.Any(weight => StorageOf(weight) is WeightStorage.Quantized && CalibratedMethods.UsesInputs(MethodOf(weight)));

    /// <summary>The rows to calibrate with.</summary>
    /// <exception cref="ModelPackException">MPK15xx: the text cannot be used.</exception>
    public CalibrationRows RowsToCalibrateWith(CancellationToken cancellation) => _rows ??= ReadCalibrationRows(cancellation);

    /// <summary>Cores to use.</summary>
    public int Threads { get; }

    /// <summary>Options of the deployed graph.</summary>
    public DecoderGraphOptions GraphOptions => new() { Target = Request.Recipe.Target == PackTarget.Cuda ? TargetProvider.Cuda : TargetProvider.Cpu };

    /// <summary>Opens the source and decides.</summary>
    public static PackJob Open(PackRequest request, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        HuggingFaceSource source = HuggingFaceSource.Open(request.Source);
        try
        {
            string name = PackName.Require(request.Recipe.Name ?? source.Name, request.Source);
            request.Recipe.RequireOverridesMatch([.. source.Architecture.Weights.Where(weight => weight.IsMatrix).Select(weight => weight.Name)]);
            Dictionary<string, WeightStorage> storage = source.Architecture.Weights.ToDictionary(
                weight => weight.Name, weight => StoragePlanner.Choose(weight, request.Recipe), StringComparer.Ordinal);
            progress?.Report(new PackProgress(name, "hash", 0, source.Inputs.Sum(file => new FileInfo(file).Length)));
            return new PackJob(request, source, name, Hash(source, request.Store, request.Threads, cancellation), HashTexts(request, cancellation), HashEvaluationText(request, cancellation), storage);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>How the graph stores a weight.</summary>
    public WeightStorage StorageOf(DecoderWeight weight) => _storage[weight.Name];

    /// <summary>How the codes of a weight are chosen.</summary>
    public QuantizationMethod MethodOf(DecoderWeight weight) => _methods[weight.Name];

    /// <summary>Hash of the file that holds a weight.</summary>
    public string FileHashOf(DecoderWeight weight)
    {
        string name = Path.GetRelativePath(Source.Folder, Source.Checkpoint.Tensors[weight.Tensor].File).Replace('\\', '/');
        return Inputs.First(file => file.Name == name).Sha256;
    }

    /// <summary>Refuses what cannot fit into this machine.</summary>
    /// <exception cref="ModelPackException">MPK1410: memory; MPK1411: disk.</exception>
    public void RequireResources()
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (Plan.PeakMemoryBytes > memory)
        {
            DecoderWeight largest = Source.Architecture.Weights.MaxBy(weight => weight.ElementCount)!;
            throw new ModelPackException(
                SourceErrors.NotEnoughMemory,
                $"{Source.Folder} needs about {ByteText.Of(Plan.PeakMemoryBytes)} of memory (largest weight {largest.Name}, {largest.ElementCount} values) and {ByteText.Of(memory)} are there; pack it on a larger machine.");
        }

        if (!Plan.Cached && FreeSpace.Of(Request.Store.Directory) is { } free && Plan.DiskBytes > free)
        {
            throw new ModelPackException(
                SourceErrors.NotEnoughDisk,
                $"{Source.Folder} needs {ByteText.Of(Plan.DiskBytes)} in {Request.Store.Directory} and {ByteText.Of(free)} are free; free some space, run `dotnet modelpack cache prune`, or point MODELPACK_CACHE at another disk.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    private static string? HashEvaluationText(PackRequest request, CancellationToken cancellation)
    {
        if (request.Recipe.EvaluationText is not { } text)
        {
            return null;
        }

        return File.Exists(text)
            ? request.Store.HashFile(text, cancellation)
            : throw new ModelPackException(EvaluationErrors.TextUnreadable, $"{text} does not exist; EvaluationText must name a text file, relative to the project.");
    }

    private static List<ManifestFile> Hash(HuggingFaceSource source, PackStore store, int threads, CancellationToken cancellation)
    {
        IReadOnlyList<string> hashes = store.HashFiles(source.Inputs, threads, cancellation);
        return
        [
            .. source.Inputs.Zip(hashes, (file, hash) =>
                new ManifestFile(Path.GetRelativePath(source.Folder, file).Replace('\\', '/'), new FileInfo(file).Length, hash)),
        ];
    }

    private static IEnumerable<string> TextFiles(Recipe recipe) => recipe.Calibration is { } file ? [file] : [];

    private static IEnumerable<string> EvaluationTexts(Recipe recipe) => recipe.EvaluationText is { } file ? [file] : [];

    private static List<ManifestFile> HashTexts(PackRequest request, CancellationToken cancellation)
    {
        var texts = new List<ManifestFile>();
        foreach (string file in TextFiles(request.Recipe))
        {
            if (!File.Exists(file))
            {
                throw new ModelPackException(CalibrationErrors.TextUnreadable, $"{file} does not exist; check the path of the calibration text.");
            }

            texts.Add(new ManifestFile("calibration:" + Path.GetFileName(file), new FileInfo(file).Length, request.Store.HashFile(file, cancellation)));
        }

        return texts;
    }

    private CalibrationRows ReadCalibrationRows(CancellationToken cancellation)
    {
        Recipe recipe = Request.Recipe;
        int samples = recipe.CalibrationSamples ?? DefaultCalibrationSamples;
        int length = recipe.CalibrationLength ?? DefaultCalibrationLength;
        return recipe.Calibration is { } file
            ? CalibrationText.Read(file, Source, samples, length)
            : SelfWrittenText.Write(this, samples, length, cancellation);
    }

    private PlannedWeight Describe(DecoderWeight weight) => StorageOf(weight) switch
    {
        WeightStorage.Quantized { Scheme: var scheme } storage =>
            new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], scheme.Bits, scheme.GroupSize, !scheme.StoresZeroPoints, SettingSyntax.Method.Format(MethodOf(weight)), StoragePlanner.Bytes(weight, storage)),
        var storage => new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], 8 * StoragePlanner.FloatBytes(storage), 0, true, "none", StoragePlanner.Bytes(weight, storage)),
    };

    // Quantizing holds two decisions and a few row blocks; verifying holds one stage in float32, then packed twice: as read
    // and as the kernels want it.
    private long PeakMemory()
    {
        long peak = 0;
        foreach (IGrouping<int?, DecoderWeight> stage in Source.Architecture.Weights.GroupBy(weight => weight.Layer))
        {
            // Outside the layers embedding and head are stages of their own.
            DecoderWeight[][] parts = stage.Key is null ? [.. stage.Select(weight => new[] { weight })] : [stage.ToArray()];
            foreach (DecoderWeight[] part in parts)
            {
                long floats = part.Sum(weight => weight.ElementCount * sizeof(float));
                long packed = part.Sum(weight => StoragePlanner.Bytes(weight, StorageOf(weight)));
                peak = Math.Max(peak, Math.Max(floats, 2 * packed));
            }
        }

        return BaseMemory + Math.Max(peak, EvaluationTextHash is null ? 0 : GateMeasurement.PeakMemory(this)) + (Threads * (4L << 20));
    }
}
