using System.Globalization;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;
using ModelPack.Quantization.Gptq;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Decides weights by GPTQ on the user's samples, and keeps the decisions in the store.</summary>
internal static class CalibratedMatrices
{
    // As for language models: below it the sums say little about other inputs.
    private const int WantedPerInput = 2;

    // What an input counts that no sample reached, by the mean of the others.
    private const double RareInput = 1e-3;

    /// <summary>Decides.</summary>
    /// <param name="job">The job; its recipe names samples.</param>
    /// <param name="model">The float model.</param>
    /// <param name="plan">What happens to each weight.</param>
    /// <param name="decisions">The store's decisions.</param>
    /// <param name="cancellation">Checked between samples and weights.</param>
    /// <returns>Decisions by weight name, and what they were measured on; null where no weight asks for its inputs.</returns>
    public static (IReadOnlyDictionary<string, QuantizationOutcome> Outcomes, ManifestCalibration? Calibration) Decide(
        OnnxJob job, OnnxModel model, IReadOnlyList<PlannedMatrix> plan, MatrixDecisions decisions, CancellationToken cancellation)
    {
        var outcomes = new Dictionary<string, QuantizationOutcome>(StringComparer.Ordinal);
        PlannedMatrix[] calibrated = [.. plan.Where(matrix => matrix.Scheme is not null && matrix.Method == QuantizationMethod.Gptq)];
        if (calibrated.Length == 0)
        {
            return (outcomes, null);
        }

        Recipe recipe = job.Request.Recipe;
        string basis = Basis(job);
        foreach (PlannedMatrix matrix in calibrated)
        {
            if (decisions.Find(matrix, decisions.KeyOf(matrix, basis)) is { } known)
            {
                outcomes[matrix.Weight.Name] = known;
            }
        }

        IReadOnlyList<SampleInput> samples = job.Source.ReadSamples(model, recipe.Calibration!, recipe.CalibrationSamples ?? OutputComparison.DefaultSamples, recipe.CalibrationLength ?? OutputComparison.DefaultLength);
        GptqOptions options = BlockDecisions.OptionsOf(recipe.GptqParts ?? GptqParts.All);
        var inputs = new ProductInputs(model, samples, job.Threads, cancellation);
        inputs.Measure(calibrated.Where(matrix => !outcomes.ContainsKey(matrix.Weight.Name)), (matrices, sums) =>
        {
            GptqInput? input = null;
            long tokens = sums.Tokens;
            foreach (PlannedMatrix matrix in matrices)
            {
                cancellation.ThrowIfCancellationRequested();
                input ??= GptqInput.Prepare(WithoutDead(sums.TakeHessian(), matrix.Weight.Columns), matrix.Weight.Columns, Math.Max(1, tokens), options, job.Threads);
                QuantizationOutcome outcome = Decide(model, matrix, input, options, job.Threads);
                decisions.Keep(decisions.KeyOf(matrix, basis), outcome);
                outcomes[matrix.Weight.Name] = outcome;
            }
        });

        string[] warnings = [.. Warnings(calibrated, outcomes)];
        foreach (string warning in warnings)
        {
            job.Request.Warning?.Invoke(CalibrationErrors.FewRows, warning);
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(recipe.Calibration!));
        return (outcomes, new ManifestCalibration(name, samples.Count, 0, false, null, null, warnings));
    }

    private static string Basis(OnnxJob job) => string.Create(
        CultureInfo.InvariantCulture,
        $"{EngineVersion.Calibration} {job.Request.Recipe.CalibrationSamples} {job.Request.Recipe.CalibrationLength} {job.Request.Recipe.GptqParts}\n{string.Join('\n', job.SampleFiles.Select(file => file.Sha256))}");

    private static QuantizationOutcome Decide(OnnxModel model, PlannedMatrix matrix, GptqInput input, GptqOptions options, int threads)
    {
        float[] values = new TensorRows(model, matrix.Weight).ReadAll();
        GptqResult result = GptqQuantizer.Quantize((float[])values.Clone(), matrix.Weight.Rows, null, input, matrix.Scheme!, options, threads);
        QuantizedMatrix codes = result.Matrix.Pack();
        (double weightNorm, double errorNorm) = SquaredNorms.Of(values, Dequantization.Dequantize(codes));
        return new QuantizationOutcome(codes, weightNorm, errorNorm)
        {
            Calibrated = new CalibratedError(result.Error, result.RoundToNearestError, result.KeptRoundToNearest, result.Damping),
        };
    }

    // An input that is zero in all samples would lose its weights, which is right for texts of many rows and wrong for a few pictures.
    private static float[] WithoutDead(float[] hessian, int columns)
    {
        double mean = 0;
        for (int i = 0; i < columns; i++)
        {
            mean += hessian[(i * columns) + i] / (double)columns;
        }

        for (int i = 0; i < columns; i++)
        {
            if (hessian[(i * columns) + i] == 0)
            {
                hessian[(i * columns) + i] = mean > 0 ? (float)(RareInput * mean) : 1;
            }
        }

        return hessian;
    }

    // The most damping is taken for the fewest rows: the same whether a decision was taken now or found in the store.
    private static IEnumerable<string> Warnings(PlannedMatrix[] matrices, Dictionary<string, QuantizationOutcome> outcomes) =>
        from matrix in matrices
        where outcomes[matrix.Weight.Name].Calibrated is { } error && error.Damping >= DampingChoice.ByRows(0, matrix.Weight.Columns)
        group matrix by matrix.Weight.Columns into wide
        let others = wide.Count() - 1
        select $"{wide.First().Weight.Name}{(others > 0 ? $" and {others} more weights were" : " was")} calibrated with too few samples: {WantedPerInput * wide.Key} rows of inputs or more make a better model.";
}
