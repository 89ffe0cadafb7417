using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.OnnxModels.WeightOnly;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Reports;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>Weights and activations in 8 bits, tables that are looked up in the bits that they have elsewhere.</summary>
internal static class ActivationStage
{
    private static readonly string[] Weighted = ["MatMul", "Gemm", "Conv", "LSTM"];

    /// <summary>Changes, writes and checks a model.</summary>
    /// <param name="folder">Receives model and data file.</param>
    /// <param name="job">The job.</param>
    /// <param name="source">The model as it was read.</param>
    /// <param name="prepared">The model to change.</param>
    /// <param name="progress">Gets every finished weight.</param>
    /// <param name="cancellation">Checked between samples and weights.</param>
    public static WrittenOnnxModel Write(string folder, OnnxJob job, OnnxModel source, OnnxPreparation prepared, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        Recipe recipe = job.Request.Recipe;
        IReadOnlyList<SampleInput> samples;
        using (ModelSession reference = ModelSession.Open(source.File, job.Threads, asDeployed: false))
        {
            samples = OutputComparison.SamplesOf(job, source, reference) ?? throw new ModelPackException(
                OnnxModelErrors.CannotRun, $"{job.Source.Location} runs on no synthetic inputs, and Method {SettingSyntax.Method.Format(recipe.Method)} measures every operator; give samples with Calibration, or choose Method rtn.");
        }

        progress?.Report(new PackProgress(job.Plan.Name, "measure", 0, job.Plan.SourceBytes));
        ActivationOutcome outcome = Quantize(job, prepared.Model, samples, cancellation);
        if (outcome.Operators.All(op => op.Form is null))
        {
            job.Request.Warning?.Invoke(OnnxModelErrors.NothingQuantized, $"{job.Source.Location}: no operator became 8-bit; report.html says why for every one.");
        }

        WrittenOnnxModel written = WeightOnlyStage.Write(folder, job, prepared with { Model = outcome.Model }, progress, cancellation);
        return written with
        {
            Weights =
            [
                .. outcome.Operators.Where(op => op.Stored is not null).DistinctBy(op => op.Weight).Select(op => Describe(op, recipe)),
                .. written.Weights,
            ],
            Operators =
            [
                .. outcome.Operators.Select(op => new ChangedOperator(op.Name, op.Type, op.Weight, op.Form, op.Form is null ? op.Reason : null) { Error = op.Error }),
                .. written.Operators.Where(op => op.Became is not null || !Weighted.Contains(op.Type)),
            ],
            Changes = [.. written.Changes, .. outcome.Changes],
        };
    }

    private static ActivationOutcome Quantize(OnnxJob job, OnnxModel model, IReadOnlyList<SampleInput> samples, CancellationToken cancellation)
    {
        try
        {
            return ActivationQuantizer.Quantize(model, Settings(job), samples, cancellation);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelPackException(OnnxModelErrors.CannotRun, $"{job.Source.Location} cannot be measured: {RuntimeMessages.Short(e)}; give samples that the model takes.", e);
        }
    }

    private static ActivationSettings Settings(OnnxJob job)
    {
        Recipe recipe = job.Request.Recipe;
        return new ActivationSettings
        {
            IsStatic = recipe.Method == QuantizationMethod.Static,
            Range = recipe.ActivationRange ?? RangeMethod.MeanSquaredError,
            MinCosine = (double?)recipe.MinCosine ?? ActivationSettings.DefaultMinCosine,
            MinTopAgreement = (double?)recipe.MinTopAgreement,
            IsKept = name => !recipe.Resolve(name, WeightPlace.Linear).IsQuantized,
            Threads = job.Threads,
        };
    }

    private static WrittenWeight Describe(OperatorOutcome op, Recipe recipe)
    {
        QuantizedWeight stored = op.Stored!;
        return new WrittenWeight(
            new ManifestWeight(
                op.Weight, [stored.Outputs, stored.Inputs], 8, stored.Inputs, true, SettingSyntax.Method.Format(recipe.Method), stored.Bytes, ManifestNumber.Round(stored.RelativeError)),
            new WeightOrigin(WeightKinds.Product, null, (long)stored.Outputs * stored.Inputs * sizeof(float)));
    }
}
