using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Writing.Gguf;
using ModelPack.Quantization;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// What each GGUF type costs a weight: the squared error of its values, weighed by the importance of the inputs, and with a calibration text
/// also by what disturbing that weight alone does to the model's predictions. Kept in the store.
/// </summary>
internal static class TypeDamage
{
    /// <summary>Measures with what is known about the inputs: importance, or nothing.</summary>
    public static Func<TypeUnit, GgufTensorType, double> OfWeights(PackJob job, IReadOnlyList<TypeUnit> units, CancellationToken cancellation)
    {
        var table = new Dictionary<(string, GgufTensorType), double>();
        foreach (TypeUnit unit in units)
        {
            string importance = string.Join(' ', unit.Weights.Select(weight => job.Importance?.HashOf(weight)).OfType<string>());
            string what = $"type damage {EngineVersion.Blocks} {string.Join(' ', unit.Weights.Select(weight => weight.Name))} {string.Join(' ', unit.Types)} {importance}";
            double[] errors = StoredNumbers.FindOrMeasure(job.Request.Store, CalibrationKeys.Of(CalibrationKeys.OfWeights(job), what), unit.Types.Count, () => Errors(job, unit, cancellation));
            foreach ((GgufTensorType type, double error) in unit.Types.Zip(errors))
            {
                table[(unit.Name, type)] = error;
            }
        }

        return (unit, type) => table[(unit.Name, type)];
    }

    /// <summary>Measures on a calibration text, whose importance the job has already.</summary>
    /// <returns>KL divergence in nats that a type is expected to cost, as far as it grows with the error.</returns>
    public static Func<TypeUnit, GgufTensorType, double> Measure(CalibrationContext context, IReadOnlyList<TypeUnit> units)
    {
        Func<TypeUnit, GgufTensorType, double> errors = OfWeights(context.Job, units, context.Cancellation);
        QuantizationScheme probe = SensitivityTable.Probe(symmetric: false);
        BudgetUnit[] probed = [.. units.Select(unit => new BudgetUnit(unit.Weights, [probe]))];
        IReadOnlyDictionary<string, double> divergence = SensitivityTable.Measure(context, probed, symmetric: false);
        Dictionary<string, double> worth = units.ToDictionary(
            unit => unit.Name, unit => unit.Weights.Sum(weight => ProbeError(context, weight, probe)) is > 0 and var error ? divergence[unit.Name] / error : 1, StringComparer.Ordinal);
        return (unit, type) => worth[unit.Name] * errors(unit, type);
    }

    private static double[] Errors(PackJob job, TypeUnit unit, CancellationToken cancellation) =>
    [
        .. unit.Types.Select(type => unit.Weights.Sum(weight => TensorEncoding.Encode(
            job.Source.Rows(weight),
            type,
            job.Importance?.Of(weight) ?? default,
            new ParallelOptions { MaxDegreeOfParallelism = job.Threads, CancellationToken = cancellation }).WeighedError)),
    ];

    private static double ProbeError(CalibrationContext context, DecoderWeight weight, QuantizationScheme probe)
    {
        float[] source = context.Source(weight).ReadAll();
        float[] disturbed = Dequantization.Dequantize(MatrixQuantizer.Quantize(context.Source(weight), probe, QuantizationMethod.RoundToNearest, default, context.Parallel).Matrix);
        return WeighedSquares.Of(source, disturbed, context.Job.Importance!.Of(weight).Span);
    }
}
