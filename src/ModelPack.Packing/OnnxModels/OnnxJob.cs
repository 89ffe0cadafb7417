using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Activations;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.OnnxModels.WeightOnly;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.OnnxModels.Writing;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.OnnxModels;

/// <summary>A request for an ONNX model with its source opened and every decision about storage taken. Dispose it to close the source.</summary>
internal sealed class OnnxJob : PackWork
{
    // Resident memory before any weight is read, as for language models.
    private const long BaseMemory = 160L << 20;

    // Report and manifest, generously.
    private const long DocumentBytes = 1L << 16;

    private OnnxJob(PackRequest request, OnnxModelSource source, OnnxPreparation prepared, string name, IReadOnlyList<ManifestFile> inputs, IReadOnlyList<ManifestFile> samples)
        : base(request)
    {
        Source = source;
        Inputs = inputs;
        SampleFiles = samples;
        WeightFinder finder = WeightFinder.Of(prepared.Model);
        Matrices = WeightOnlyPlan.Make(prepared.Model, finder, request.Recipe);
        RequireSettings(source, finder, request.Recipe);
        // With 8-bit activations the limits decide which operators stay float.
        string limits = request.Recipe.QuantizesActivations ? FormattableString.Invariant($"activations {EngineVersion.Activations} {request.Recipe.MinCosine} {request.Recipe.MinTopAgreement}\n") : string.Empty;
        string key = PackKeys.OfModel(name, $"{request.Recipe.Canonical}onnx {EngineVersion.OnnxModels}\n{limits}", [.. inputs, .. samples], null);
        Plan = Describe(name, key, prepared.Model.Proto, Matrices);
    }

    /// <summary>The opened source.</summary>
    public OnnxModelSource Source { get; }

    /// <summary>Its weights, and how they are stored where weights alone are.</summary>
    public IReadOnlyList<PlannedMatrix> Matrices { get; }

    /// <summary>Source files with their hashes.</summary>
    public IReadOnlyList<ManifestFile> Inputs { get; }

    /// <summary>Files of samples with their hashes.</summary>
    public IReadOnlyList<ManifestFile> SampleFiles { get; }

    /// <inheritdoc/>
    public override PackPlan Plan { get; }

    /// <summary>accuracy_level of MatMulNBits: 8-bit activations, as everywhere, for which alone there are fast kernels at 2 and 8 bits.</summary>
    public static int AccuracyLevel => 4;

    /// <summary>Takes over a source and decides.</summary>
    /// <exception cref="ModelPackException">The recipe or the source cannot be used; the source is closed.</exception>
    public static OnnxJob Open(PackRequest request, OnnxModelSource source, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            request = request with { Recipe = source.WithDefaults(request.Recipe) };
            OnnxRecipeRules.Require(request.Recipe, source.Location);
            string name = PackName.Require(request.Recipe.Name ?? source.Name, request.Source);
            progress?.Report(new PackProgress(name, "hash", 0, source.Inputs.Sum(file => new FileInfo(file).Length)));
            IReadOnlyList<ManifestFile> inputs = Hash(request, source.Inputs, source.NameOf, cancellation);
            string[] samples = request.Recipe.Calibration is { } calibration ? [.. source.SampleFiles(calibration)] : [];
            string root = Path.GetDirectoryName(request.Recipe.Calibration ?? source.Location)!;
            return new OnnxJob(
                request,
                source,
                OnnxPreparation.Of(source.Describe(cancellation)),
                name,
                inputs,
                Hash(request, samples, file => "calibration:" + Path.GetRelativePath(root, file).Replace('\\', '/'), cancellation));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void RequireFeasible()
    {
        PlannedWeight? largest = Plan.Weights.MaxBy(weight => weight.Bytes);
        RequireResources(Source.Location, largest is null ? "the graph alone" : $"largest constant {largest.Name}");
        if (!Plan.Cached && Source is OnnxFileSource)
        {
            ModelSession.Open(Source.Location, Threads, asDeployed: false).Dispose();
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Write(string folder, IProgress<PackProgress>? progress, CancellationToken cancellation) =>
        OnnxModelFolder.Write(folder, this, progress, cancellation);

    /// <inheritdoc/>
    public override void Dispose() => Source.Dispose();

    private static List<ManifestFile> Hash(PackRequest request, IReadOnlyList<string> files, Func<string, string> name, CancellationToken cancellation) =>
        [.. files.Zip(request.Store.HashFiles(files, request.Threads, cancellation), (file, hash) => new ManifestFile(name(file), new FileInfo(file).Length, hash))];

    private static void RequireSettings(OnnxModelSource source, WeightFinder finder, Recipe recipe)
    {
        IEnumerable<string> others = recipe.QuantizesActivations ? finder.Others.Select(other => other.Weight) : [];
        recipe.RequireOverridesMatch([.. finder.Uses.Select(use => use.Weight.Name).Concat(others).Distinct()]);
        TensorProto[] tables = [.. finder.Uses.Where(use => use.IsTable).Select(use => use.Weight.View.Tensor)];
        OnnxRecipeRules.RequireTables(recipe, source.Location, tables.Length > 0, finder.Uses.Any(use => !use.IsTable && tables.Any(table => ReferenceEquals(table, use.Weight.View.Tensor))));
    }

    private PackPlan Describe(string name, string key, ModelProto model, IReadOnlyList<PlannedMatrix> matrices)
    {
        PlannedWeight[] weights = [.. matrices.Select(matrix => Describe(matrix, Request.Recipe)), .. OtherConstants.Of(model, matrices).Select(constant => constant.Planned)];
        long tensors = OnnxGraphs.AllTensors(model).Sum(OtherConstants.BytesOf);
        long graph = Math.Max(0, model.CalculateSize() - OnnxGraphs.AllTensors(model).Sum(tensor => (long)tensor.RawData.Length)) + DocumentBytes;
        long output = weights.Sum(weight => weight.Bytes) + Companions();
        bool cached = Request.Store.TryGetModel(key, out _);
        return new PackPlan(
            name,
            key,
            Request.Store.FolderOf(key),
            [ModelFiles.ModelName, ModelFiles.DataName, .. Source.CopiedFiles, .. PackedFolder.Described],
            [.. Source.Inputs, .. SampleFiles.Count == 0 ? [] : SampleFolder.Folders(Request.Recipe.Calibration!).Concat(Source.SampleFiles(Request.Recipe.Calibration!))],
            weights,
            tensors,
            output + graph,
            PeakMemory(model, matrices, tensors, output),
            output + matrices.Where(matrix => matrix.Scheme is not null).Sum(matrix => matrix.Bytes) + graph,
            cached)
        {
            LimitsPending = !cached && GateLimits.Any(Request.Recipe),
        };
    }

    private static PlannedWeight Describe(PlannedMatrix matrix, Recipe recipe)
    {
        if (recipe.QuantizesActivations && matrix.Uses.All(use => !use.IsTable) && recipe.Resolve(matrix.Weight.Name, WeightPlace.Linear).IsQuantized)
        {
            var stored = new QuantizedWeight(matrix.Weight.Rows, matrix.Weight.Columns, 0);
            return new PlannedWeight(matrix.Weight.Name, [stored.Outputs, stored.Inputs], 8, stored.Inputs, true, SettingSyntax.Method.Format(recipe.Method), stored.Bytes);
        }

        OnnxWeight weight = matrix.Weight;
        int floatBits = ((OnnxElementType)weight.View.Tensor.DataType).BitsPerElement();
        return matrix.Scheme is { } scheme
            ? new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], scheme.Bits, scheme.GroupSize, !scheme.StoresZeroPoints, SettingSyntax.Method.Format(matrix.Method), matrix.Bytes)
            : new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], floatBits, 0, true, "none", matrix.Bytes);
    }

    private long Companions() => Source.CopiedFiles.Sum(file => new FileInfo(Path.Combine(Source.Folder, file)).Length);

    // While quantizing: the file as it was read and one matrix in float32. While comparing: both models in ONNX Runtime, which keeps
    // the values of the float one in its data file and packs those of the other one.
    private static long PeakMemory(ModelProto model, IReadOnlyList<PlannedMatrix> matrices, long tensors, long output)
    {
        long inside = OnnxGraphs.AllTensors(model).Where(tensor => tensor.DataLocation != TensorProto.Types.DataLocation.External).Sum(OtherConstants.BytesOf);
        long matrix = matrices.Where(matrix => matrix.Scheme is not null).Select(matrix => (matrix.Weight.ElementCount * sizeof(float)) + (2 * matrix.Bytes)).DefaultIfEmpty(0).Max();
        return BaseMemory + inside + Math.Max(matrix, inside + (2 * Math.Min(output, tensors)));
    }
}
