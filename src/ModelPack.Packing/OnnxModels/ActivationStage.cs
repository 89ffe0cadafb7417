using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Activations;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.OnnxModels.WeightOnly;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Reports;

namespace ModelPack.Packing.OnnxModels;

/// <summary>Weights and activations in 8 bits; tables that are looked up as with weights alone.</summary>
internal static class ActivationStage
{
    private const int Bits = 8;

    /// <summary>True for the methods that make activations 8-bit.</summary>
    public static bool Makes(QuantizationMethod method) => method is QuantizationMethod.Dynamic or QuantizationMethod.Static;

    /// <summary>Changes, writes and checks a model.</summary>
    /// <param name="folder">Receives model and data file.</param>
    /// <param name="job">The job.</param>
    /// <param name="source">The model as the source has it, for samples.</param>
    /// <param name="prepared">The model that is changed.</param>
    /// <param name="progress">Gets every finished table.</param>
    /// <param name="cancellation">Checked between operators.</param>
    /// <exception cref="ModelPackException">MPK1464: there are no samples that the model runs on.</exception>
    public static WrittenOnnxModel Write(string folder, OnnxJob job, OnnxModel source, OnnxPreparation prepared, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        ActivationOutcome outcome = Quantize(job, source, prepared.Model, cancellation);
        HashSet<string> decided = [.. outcome.Operators.Select(op => op.Name)];
        WeightFinder finder = WeightFinder.Of(outcome.Model);
        PlannedMatrix[] plan = [.. WeightOnlyPlan.Make(outcome.Model, finder, job.Request.Recipe).Select(TablesOnly)];
        WrittenOnnxModel written = WeightOnlyStage.Write(folder, job, outcome.Model, finder, plan, progress, cancellation);
        Dictionary<string, PlannedMatrix> weights = job.Matrices.ToDictionary(matrix => matrix.Weight.Name, StringComparer.Ordinal);
        return written with
        {
            Weights = [.. outcome.Operators.Where(op => op.Form is not null).DistinctBy(op => op.Weight).Select(op => Describe(job, op, weights)).OfType<WrittenWeight>(), .. written.Weights],
            Operators =
            [
                .. outcome.Operators.Select(op => new ChangedOperator(op.Name, op.Type, op.Weight, op.Form, op.Form is null ? op.Reason : null)),
                .. written.Operators.Where(op => !decided.Contains(op.Name)),
            ],
        };
    }

    private static ActivationOutcome Quantize(OnnxJob job, OnnxModel source, OnnxModel model, CancellationToken cancellation)
    {
        Recipe recipe = job.Request.Recipe;
        using ModelSession reference = ModelSession.Open(source.File, job.Threads, asDeployed: false);
        IReadOnlyList<SampleInput> samples = OutputComparison.SamplesOf(job, source, reference) ?? throw new ModelPackException(
            OnnxModelErrors.CannotRun, $"{job.Source.Location} runs on no synthetic inputs, and Method {SettingSyntax.Method.Format(recipe.Method)} measures every operator; give samples with Calibration, or choose Method rtn.");
        var settings = new ActivationSettings
        {
            IsStatic = recipe.Method == QuantizationMethod.Static,
            MinCosine = (double?)recipe.MinCosine ?? ActivationSettings.DefaultMinCosine,
            MinTopAgreement = (double?)recipe.MinTopAgreement,
            IsKept = name => !recipe.Resolve(name, WeightPlace.Linear).IsQuantized,
            Threads = job.Threads,
        };
        try
        {
            return ActivationQuantizer.Quantize(model, settings, samples, cancellation);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelPackException(OnnxModelErrors.CannotRun, $"{job.Source.Location} cannot be measured: {RuntimeMessages.Short(e)}", e);
        }
    }

    private static PlannedMatrix TablesOnly(PlannedMatrix matrix) =>
        matrix.Uses.Any(use => use.IsTable) ? matrix : matrix with { Scheme = null, Reason = "it stays a float product" };

    // One scale for each output: all inputs are one group.
    private static WrittenWeight? Describe(OnnxJob job, OperatorOutcome op, Dictionary<string, PlannedMatrix> weights) => !weights.TryGetValue(op.Weight, out PlannedMatrix? matrix) ? null : new WrittenWeight(
        new ManifestWeight(
            op.Weight,
            [matrix.Weight.Rows, matrix.Weight.Columns],
            Bits,
            matrix.Weight.Columns,
            true,
            SettingSyntax.Method.Format(job.Request.Recipe.Method),
            matrix.Weight.ElementCount + ((long)matrix.Weight.Rows * sizeof(float)),
            Math.Round(op.Error ?? 0, 6)),
        new WeightOrigin(WeightKinds.Product, null, matrix.Weight.SourceBytes));
}
