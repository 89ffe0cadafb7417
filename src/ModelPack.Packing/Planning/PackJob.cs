using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Importance;
using ModelPack.Packing.Adapters;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Packing.Writing;
using ModelPack.Quantization;

namespace ModelPack.Packing.Planning;

/// <summary>A request with its source opened and every decision about storage taken. Dispose it to close the source.</summary>
internal sealed class PackJob : PackWork
{
    // Resident memory before any weight is read: runtime, ONNX Runtime, tokenizer. Measured at 110 MB, with room.
    private const long BaseMemory = 160L << 20;

    // Graph, configuration and manifest, generously.
    private const long GraphBytes = 1L << 16;

    // What plans and manifests call codes that were there before.
    private const string StoredMethod = "stored";

    private const int DefaultCalibrationSamples = 128;
    private const int DefaultCalibrationLength = 512;

    private Dictionary<string, WeightStorage> _storage;
    private readonly Dictionary<string, QuantizationMethod> _methods;
    private readonly AdaptedModel _model;
    private CalibrationRows? _rows;
    private PackPlan _plan;

    private PackJob(PackRequest request, AdaptedModel model, string name, IReadOnlyList<ManifestFile> inputs, IReadOnlyList<ManifestFile> texts, string? evaluationTextHash, Dictionary<string, WeightStorage> storage)
        : base(request)
    {
        ModelSource source = model.Source;
        _model = model;
        Adapters = [.. model.Adapters.Select(adapter => Describe(adapter, model.Mode, request.Store))];
        Inputs = inputs;
        Texts = texts;
        EvaluationTextHash = evaluationTextHash;
        _storage = storage;
        _methods = source.Architecture.Weights.Where(weight => weight.IsMatrix).ToDictionary(weight => weight.Name, weight => StoragePlanner.MethodOf(weight, request.Recipe), StringComparer.Ordinal);

        // Settings that name paths are no part of the recipe's text, nor is what becomes of them.
        string text = SeparateAdapters.Count > 0 ? $"{request.Recipe.Canonical}adapters {SettingSyntax.AdapterMode.Format(model.Mode)}\n" : request.Recipe.Canonical;
        string key = PackKeys.OfModel(name, text, [.. inputs, .. texts, .. Adapters.SelectMany(adapter => adapter.Files)], evaluationTextHash);
        bool cached = request.Store.TryGetModel(key, out _);
        if (TypeUnits.Count > 0)
        {
            Spread(TypeBudget.Typical);
        }
        else if (BudgetUnits.Count > 0)
        {
            Spread(BitBudget.Typical);
        }

        _plan = Describe(name, key, cached);
    }

    /// <summary>The opened source, with a merged adapter in its weights.</summary>
    public ModelSource Source => _model.Source;

    /// <summary>The adapters and their files' hashes.</summary>
    public IReadOnlyList<ManifestAdapter> Adapters { get; }

    /// <summary>The adapters that a request can switch on.</summary>
    public IReadOnlyList<BoundAdapter> SeparateAdapters => _model.Mode == AdapterMode.Separate ? _model.Adapters : [];

    /// <summary>Files of the adapter that is merged into the weights; empty when there is none.</summary>
    public IReadOnlyList<ManifestFile> MergedFiles => _model.Mode == AdapterMode.Merge ? [.. Adapters.SelectMany(adapter => adapter.Files)] : [];

    /// <summary>Source files with their hashes, names relative to the source folder.</summary>
    public IReadOnlyList<ManifestFile> Inputs { get; }

    /// <summary>Texts that decide the result, with their hashes.</summary>
    public IReadOnlyList<ManifestFile> Texts { get; }

    /// <summary>Hash of the text that the packed model is measured on; null: it is not measured.</summary>
    public string? EvaluationTextHash { get; }

    /// <inheritdoc/>
    public override PackPlan Plan => _plan;

    /// <summary>What calibration decided; null when nothing needs it, or before it has run.</summary>
    public CalibrationOutcome? Calibration { get; set; }

    /// <summary>Norms and biases that scales were folded into, by name: their values.</summary>
    public IReadOnlyDictionary<string, float[]> Folded { get; private set; } = new Dictionary<string, float[]>(StringComparer.Ordinal);

    /// <summary>Importance of the inputs in round-to-nearest; null: all count the same.</summary>
    public InputImportance? Importance { get; set; }

    /// <summary>The importance matrix of llama.cpp's that the recipe names, once it has been read; null when it names none.</summary>
    public ImportanceMatrix? Matrix { get; set; }

    /// <summary>True when round-to-nearest weighs its errors by the inputs of a calibration text.</summary>
    public bool NeedsImportance => ImportanceFile.IsMeasured(Request.Recipe) && Source.Architecture.Weights.Any(weight =>
        weight.Layer is not null && StorageOf(weight) is WeightStorage.Quantized or WeightStorage.Blocks && !KeepsCodes(weight) && MethodOf(weight) == QuantizationMethod.RoundToNearest);

    /// <summary>True when nothing can be decided before activations have been measured.</summary>
    public bool NeedsText => NeedsCalibration || NeedsImportance || (ImportanceFile.IsMeasured(Request.Recipe) && BudgetUnits.Count + TypeUnits.Count > 0);

    /// <summary>Weights that a target of bits or size is spread over; empty when there is no target.</summary>
    public IReadOnlyList<BudgetUnit> BudgetUnits => !WritesGguf && BitBudget.IsAsked(Request.Recipe) ? BitBudget.Units(Source.Architecture, Request.Recipe) : [];

    /// <summary>Weights whose GGUF types a target of bits or size decides; empty when there is no target, and for other formats.</summary>
    public IReadOnlyList<TypeUnit> TypeUnits => WritesGguf ? TypeBudget.Units(Source.Architecture, Request.Recipe) : [];

    /// <summary>True when some weight's codes depend on its inputs.</summary>
    public bool NeedsCalibration => Source.Architecture.Weights.Any(weight => StorageOf(weight) is WeightStorage.Quantized && CalibratedMethods.UsesInputs(MethodOf(weight)));

    /// <summary>The rows to calibrate with.</summary>
    /// <exception cref="ModelPackException">MPK16xx: the text cannot be used.</exception>
    public CalibrationRows RowsToCalibrateWith(CancellationToken cancellation) => _rows ??= ReadCalibrationRows(cancellation);

    private bool WritesGguf => IsGguf(Request);

    private int Samples => Request.Recipe.CalibrationSamples ?? DefaultCalibrationSamples;

    private int Length => Math.Min(Request.Recipe.CalibrationLength ?? DefaultCalibrationLength, Source.Architecture.ContextLength);

    /// <summary>Options of the deployed graph.</summary>
    public DecoderGraphOptions GraphOptions => new()
    {
        Target = Request.Recipe.Target == PackTarget.Cuda ? TargetProvider.Cuda : TargetProvider.Cpu,
        LowRankWeights = SeparateAdapters.SelectMany(adapter => adapter.LowRankWeights).Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal),
    };

    /// <summary>Opens the source and decides.</summary>
    public static new PackJob Open(PackRequest request, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        AdaptedModel model = AdaptedModel.Open(request.Source, request.Recipe);
        ModelSource source = model.Source;
        try
        {
            RecipeRules.RequireForDecoder(request.Recipe);
            if (request.Recipe.Type is null && (IsGguf(request) || !source.HasCodes || !request.Recipe.KeepsStoredCodes))
            {
                request = request with { Recipe = request.Recipe.WithBits() };
            }

            string name = PackName.Require(request.Recipe.Name ?? source.Name, request.Source);
            request.Recipe.RequireOverridesMatch([.. source.Architecture.Weights.Where(weight => weight.IsMatrix).Select(weight => weight.Name)]);
            Dictionary<string, WeightStorage> storage = IsGguf(request) ? TensorStorages(source, request) : source.Architecture.Weights.ToDictionary(
                weight => weight.Name, weight => StoragePlanner.Choose(weight, request.Recipe, source), StringComparer.Ordinal);
            RefuseMatrix(request.Recipe);
            progress?.Report(new PackProgress(name, "hash", 0, source.Inputs.Sum(file => new FileInfo(file).Length)));
            var job = new PackJob(request, model, name, Hash(source, request.Store, request.Threads, cancellation), HashTexts(request, cancellation), HashEvaluationText(request, cancellation), storage);
            return job;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>How the graph stores a weight.</summary>
    public WeightStorage StorageOf(DecoderWeight weight) => _storage[weight.Name];

    /// <summary>Spreads the bits of a target over the linear weights; the plan then shows how.</summary>
    /// <param name="damage">What a scheme does to a unit.</param>
    /// <exception cref="ModelPackException">MPK1605: the target is too small.</exception>
    public void SpreadBits(Func<BudgetUnit, QuantizationScheme, double> damage)
    {
        Spread(damage);
        _plan = Describe(Plan.Name, Plan.Key, Plan.Cached);
    }

    /// <summary>Chooses GGUF types for a target; the plan then shows them.</summary>
    /// <param name="damage">What a type does to a weight.</param>
    /// <exception cref="ModelPackException">MPK1605: the target is too small.</exception>
    public void SpreadTypes(Func<TypeUnit, GgufTensorType, double> damage)
    {
        Spread(damage);
        _plan = Describe(Plan.Name, Plan.Key, Plan.Cached);
    }

    /// <summary>Replaces the values of norms and biases; for the CPU they are stored in float32, which their source may not have been.</summary>
    public void Fold(IReadOnlyDictionary<string, float[]> folded)
    {
        Folded = folded;
        if (Request.Recipe.Target == PackTarget.Cpu)
        {
            _storage = _storage.ToDictionary(pair => pair.Key, pair => folded.ContainsKey(pair.Key) ? new WeightStorage.Float32() : pair.Value, StringComparer.Ordinal);
            _plan = Describe(Plan.Name, Plan.Key, Plan.Cached);
        }
    }

    /// <summary>Values of a weight that is not quantized, with what was folded into it.</summary>
    public IWeightRows FloatRows(DecoderWeight weight) =>
        Folded.TryGetValue(weight.Name, out float[]? values) ? new ArrayRows(weight, values) : Source.Rows(weight);

    /// <summary>True for a quantized weight that keeps the codes of its source.</summary>
    public bool KeepsCodes(DecoderWeight weight) => StorageOf(weight) is WeightStorage.Quantized && StoragePlanner.KeepsStorage(weight, Request.Recipe, Source);

    /// <summary>How the codes of a weight are chosen; means nothing for one that keeps those of its source.</summary>
    public QuantizationMethod MethodOf(DecoderWeight weight) => _methods[weight.Name];

    /// <summary>Hash of the file that holds a weight, and of the adapter that changes it.</summary>
    public string FileHashOf(DecoderWeight weight)
    {
        string name = Source.NameOf(Source.PlaceOf(weight).File);
        string hash = Inputs.First(file => file.Name == name).Sha256;
        return Source.IsMerged(weight) ? PackKeys.OfMergedFile(hash, MergedFiles) : hash;
    }

    /// <inheritdoc/>
    public override void RequireFeasible()
    {
        DecoderWeight largest = Source.Architecture.Weights.MaxBy(weight => weight.ElementCount)!;
        RequireResources(Source.Location, $"largest weight {largest.Name}, {largest.ElementCount} values");
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Write(string folder, IProgress<PackProgress>? progress, CancellationToken cancellation) =>
        PackedFolder.Write(folder, this, progress, cancellation);

    /// <inheritdoc/>
    public override void Dispose() => _model.Dispose();

    private static bool IsGguf(PackRequest request) => request.Recipe.Format == ContainerFormat.Gguf;

    private static Dictionary<string, WeightStorage> TensorStorages(ModelSource source, PackRequest request)
    {
        var storage = new Dictionary<string, WeightStorage>(StringComparer.Ordinal);
        foreach ((string name, PlannedType planned) in TensorTypePlanner.Plan(source.Architecture, request.Recipe))
        {
            storage[name] = TensorStorage.Of(planned.Type);
        }

        return storage;
    }

    // Its numbers weigh the errors of rounding, and the other methods need the inputs themselves.
    private static void RefuseMatrix(Recipe recipe)
    {
        if (recipe is { Format: ContainerFormat.Onnx, Calibration: { } file } && ImportanceFile.IsMatrix(file))
        {
            throw new ModelPackException(RecipeErrors.ValuesDoNotFit, $"{file} is an importance matrix, and Format onnx calibrates on a text; give a .txt or .jsonl file.");
        }
    }

    private static ManifestAdapter Describe(BoundAdapter adapter, AdapterMode mode, PackStore store) => new(
        adapter.Name,
        SettingSyntax.AdapterMode.Format(mode),
        adapter.Ranks,
        [.. adapter.Folder.Files.Select(file => new ManifestFile($"adapter:{adapter.Name}/{Path.GetFileName(file)}", new FileInfo(file).Length, store.HashFile(file, CancellationToken.None)))]);

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

    private static List<ManifestFile> Hash(ModelSource source, PackStore store, int threads, CancellationToken cancellation)
    {
        IReadOnlyList<string> hashes = store.HashFiles(source.Inputs, threads, cancellation);
        return
        [
            .. source.Inputs.Zip(hashes, (file, hash) =>
                new ManifestFile(source.NameOf(file), new FileInfo(file).Length, hash)),
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
        return Request.Recipe.Calibration is { } file
            ? CalibrationText.Read(file, Source, Samples, Length)
            : SelfWrittenText.Write(this, Samples, Length, cancellation);
    }

    private void Spread(Func<BudgetUnit, QuantizationScheme, double> damage)
    {
        IReadOnlyList<BudgetUnit> units = BudgetUnits;
        long budget = BitBudget.Bits(units, Request.Recipe, BytesBeside(units.SelectMany(unit => unit.Weights)));
        Store(BitBudget.Choose(units, budget, damage, Request.Recipe));
    }

    private void Spread(Func<TypeUnit, GgufTensorType, double> damage)
    {
        IReadOnlyList<TypeUnit> units = TypeUnits;
        Store(TypeBudget.Choose(units, BytesBeside(units.SelectMany(unit => unit.Weights)), damage, Request.Recipe));
    }

    // Everything in the packed folder but some weights.
    private long BytesBeside(IEnumerable<DecoderWeight> weights)
    {
        HashSet<string> names = [.. weights.Select(weight => weight.Name)];
        return Source.Architecture.Weights.Where(weight => !names.Contains(weight.Name)).Sum(weight => StoragePlanner.Bytes(weight, StorageOf(weight))) + Companions() + GraphBytes;
    }

    private void Store(IReadOnlyDictionary<string, WeightStorage> chosen) =>
        _storage = _storage.ToDictionary(pair => pair.Key, pair => chosen.GetValueOrDefault(pair.Key, pair.Value), StringComparer.Ordinal);

    // A GGUF file holds what tokenizer.json says in fewer bytes.
    private long Companions() => Source.CopiedFiles.Where(file => !WritesGguf || file == "tokenizer.json").Sum(file => new FileInfo(Path.Combine(Source.Folder, file)).Length);

    private PackPlan Describe(string name, string key, bool cached)
    {
        PlannedWeight[] weights = [.. Source.Architecture.Weights.Select(Describe)];
        long weightBytes = weights.Sum(weight => weight.Bytes);
        return new PackPlan(
            name,
            key,
            Request.Store.FolderOf(key),
            PackedFolder.FileNames(this, name),
            [.. Source.Inputs, .. _model.Files, .. TextFiles(Request.Recipe), .. EvaluationTexts(Request.Recipe)],
            weights,
            Source.Architecture.Weights.Sum(Source.BytesOf),
            weightBytes + Companions() + GraphBytes,
            PeakMemory(),
            (2 * weightBytes) + Companions() + GraphBytes,
            cached)
        {
            LimitsPending = !cached && GateLimits.Any(Request.Recipe),
        };
    }

    private PlannedWeight Describe(DecoderWeight weight) => WritesGguf ? TensorStorage.Describe(weight, StorageOf(weight)) : StorageOf(weight) switch
    {
        WeightStorage.Quantized { Scheme: var scheme } storage =>
            new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], scheme.Bits, scheme.GroupSize, !scheme.StoresZeroPoints, KeepsCodes(weight) ? StoredMethod : SettingSyntax.Method.Format(MethodOf(weight)), StoragePlanner.Bytes(weight, storage)),
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

        long gate = EvaluationTextHash is null ? 0 : GateMeasurement.PeakMemory(this);
        long calibration = NeedsText ? CalibrationMemory.Peak(this, Samples, Length) : 0;
        return BaseMemory + Math.Max(peak, Math.Max(gate, calibration)) + (Threads * (4L << 20));
    }
}
