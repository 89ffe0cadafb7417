using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// What each way of storing a unit does to the outputs of its weights, tr((W - Q) H (W - Q)^T) with the inputs of the
/// unquantized model, Q being rounded to nearest with the importance of its inputs. Kept in the store.
/// </summary>
internal static class DamageTable
{
    /// <summary>Measures all units, or finds the table in the store.</summary>
    public static IReadOnlyDictionary<(string Unit, QuantizationScheme Scheme), double> Measure(CalibrationContext context, IReadOnlyList<BudgetUnit> units)
    {
        string key = CalibrationKeys.Of(context.DecisionKey, $"damage {string.Join(' ', units.SelectMany(unit => unit.Weights).Select(weight => weight.Name))} {string.Join(' ', units[0].Schemes)}");
        int count = units.Sum(unit => unit.Schemes.Count);
        double[] values = StoredNumbers.FindOrMeasure(context.Store, key, count, () => Compute(context, units, count));
        var table = new Dictionary<(string, QuantizationScheme), double>();
        int next = 0;
        foreach (BudgetUnit unit in units)
        {
            foreach (QuantizationScheme scheme in unit.Schemes)
            {
                table[(unit.Name, scheme)] = values[next++];
            }
        }

        return table;
    }

    /// <summary>Squared error of the weights alone: what is known without a text.</summary>
    public static double OfWeights(PackJob job, BudgetUnit unit, QuantizationScheme scheme, CancellationToken cancellation) => unit.Weights.Sum(weight => MatrixQuantizer.Quantize(
        job.Source.Rows(weight),
        scheme,
        QuantizationMethod.RoundToNearest,
        default,
        new ParallelOptions { MaxDegreeOfParallelism = job.Threads, CancellationToken = cancellation }).ErrorNorm);

    private static double[] Compute(CalibrationContext context, IReadOnlyList<BudgetUnit> units, int count)
    {
        double[] values = new double[count];
        ILookup<string, (BudgetUnit Unit, int First)> places = WithPlaces(units).SelectMany(place => place.Unit.Weights.Select(weight => (weight.Name, place))).ToLookup(pair => pair.Name, pair => pair.place);
        FloatInputs.Visit(context, squaresOnly: false, (linears, statistics) =>
        {
            (BudgetUnit Unit, int First)[] affected = [.. linears.SelectMany(linear => places[linear.Weight.Name]).Distinct()];
            if (affected.Length == 0)
            {
                return;
            }

            int columns = linears[0].Weight.Columns;
            var hessian = new MatrixView(statistics.TakeHessian(), columns, columns);
            float[] importance = Diagonal(hessian);
            foreach ((BudgetUnit unit, int first) in affected)
            {
                foreach (DecoderWeight weight in unit.Weights.Intersect(linears.Select(linear => linear.Weight)))
                {
                    float[] source = context.Source(weight).ReadAll();
                    for (int i = 0; i < unit.Schemes.Count; i++)
                    {
                        context.Cancellation.ThrowIfCancellationRequested();
                        values[first + i] += Damage(context, weight, source, unit.Schemes[i], importance, hessian);
                    }
                }
            }
        });
        return values;
    }

    private static IEnumerable<(BudgetUnit Unit, int First)> WithPlaces(IReadOnlyList<BudgetUnit> units)
    {
        int first = 0;
        foreach (BudgetUnit unit in units)
        {
            yield return (unit, first);
            first += unit.Schemes.Count;
        }
    }

    private static float[] Diagonal(MatrixView matrix)
    {
        float[] diagonal = new float[matrix.Rows];
        for (int i = 0; i < diagonal.Length; i++)
        {
            diagonal[i] = matrix.Values[((long)i * matrix.Stride) + i];
        }

        return diagonal;
    }

    private static double Damage(CalibrationContext context, DecoderWeight weight, float[] source, QuantizationScheme scheme, float[] importance, MatrixView hessian)
    {
        QuantizationOutcome outcome = MatrixQuantizer.Quantize(context.Source(weight), scheme, QuantizationMethod.RoundToNearest, importance, context.Parallel);
        float[] error = Dequantization.Dequantize(outcome.Matrix);
        RowDifference.Of(source, error, error);
        var difference = new MatrixView(error, weight.Rows, weight.Columns);
        var product = new MatrixView(new float[error.Length], weight.Rows, weight.Columns);
        context.Products.Products.Add(difference, false, hessian, false, 1, product, context.Threads);
        double sum = 0;
        for (int i = 0; i < error.Length; i++)
        {
            sum += (double)error[i] * product.Values[i];
        }

        return sum;
    }
}
