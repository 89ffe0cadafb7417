using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Stages;
using ModelPack.Quantization;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// What damage to a unit is worth: the KL divergence of the whole model when that unit alone is rounded to nearest, by the
/// damage to its outputs. An error early in the stream or in a key counts otherwise than one in the last layer.
/// All disturbed streams go through the blocks together, so that every block's weights are read once. Kept in the store.
/// </summary>
internal static class SensitivityTable
{
    // Multiplications that the disturbed streams may cost: about a minute of two cores.
    private const double WorkBudget = 1e13;
    private const int FewestTokens = 512;
    private const int MostTokens = 8192;
    private const long MemoryBudget = 512L << 20;

    /// <summary>The way of storing that disturbs a unit.</summary>
    public static QuantizationScheme Probe(bool symmetric) => new(4, 128, symmetric);

    /// <summary>KL divergence, in nats, of the model with each unit disturbed.</summary>
    public static IReadOnlyDictionary<string, double> Measure(CalibrationContext context, IReadOnlyList<BudgetUnit> units, bool symmetric)
    {
        int rows = RowsFor(context, units);
        QuantizationScheme probe = Probe(symmetric);
        string key = CalibrationKeys.Of(context.ModelKey, $"sensitivity {rows} {probe} {string.Join(' ', units.SelectMany(unit => unit.Weights).Select(weight => weight.Name))}");
        double[] divergences = StoredNumbers.FindOrMeasure(context.Store, key, units.Count, () => Compute(context, units, rows, probe));
        return units.Zip(divergences).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
    }

    private static int RowsFor(CalibrationContext context, IReadOnlyList<BudgetUnit> units)
    {
        double weights = context.Architecture.Weights.Sum(weight => (double)weight.ElementCount);
        double tokens = Math.Clamp(WorkBudget / (weights * units.Count), FewestTokens, MostTokens);
        long rowBytes = (long)context.Rows.Length * context.Architecture.HiddenSize * sizeof(float) * (units.Count + 1);
        return (int)Math.Clamp(Math.Min(tokens / context.Rows.Length, MemoryBudget / rowBytes), 1, context.Rows.Count);
    }

    private static double[] Compute(CalibrationContext context, IReadOnlyList<BudgetUnit> units, int rows, QuantizationScheme probe)
    {
        HiddenStates NewStream() => new(rows, context.Rows.Length, context.Architecture.HiddenSize);
        HiddenStates reference = NewStream();
        var streams = new List<HiddenStates>();
        var names = new List<int>();
        try
        {
            context.Embed(reference);
            foreach (LayerBlock block in context.Blocks)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.RunBlock(block, context.Source, [.. streams.Select(stream => (stream, stream))]);
                for (int unit = 0; unit < units.Count; unit++)
                {
                    if (!block.Linears.Any(linear => linear.Weight == units[unit].Weights[0]))
                    {
                        continue;
                    }

                    HiddenStates disturbed = NewStream();
                    streams.Add(disturbed);
                    names.Add(unit);
                    HashSet<DecoderWeight> weights = [.. units[unit].Weights];
                    context.RunBlock(block, weight => weights.Contains(weight) ? Disturbed(context, weight, probe) : context.Source(weight), [(reference, disturbed)]);
                }

                context.RunBlock(block, context.Source, [(reference, reference)]);
            }

            double[] divergences = HeadDivergence.Measure(context, reference, streams, 0);
            double[] ordered = new double[units.Count];
            for (int i = 0; i < names.Count; i++)
            {
                ordered[names[i]] = divergences[i];
            }

            return ordered;
        }
        finally
        {
            reference.Dispose();
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private static MatrixRows Disturbed(CalibrationContext context, DecoderWeight weight, QuantizationScheme probe) => new(
        weight,
        MatrixQuantizer.Quantize(
            context.Source(weight), probe, QuantizationMethod.RoundToNearest, default, context.Parallel).Matrix);
}
