using ModelPack.Packing.Recipes;
using ModelPack.Quantization;
using ModelPack.Quantization.CodeBooks;

namespace ModelPack.Packing.Quantizing;

/// <summary>Quantizes one matrix on several cores by the methods that need no calibration; the result does not depend on the number of cores.</summary>
internal static class MatrixQuantizer
{
    private static readonly Dictionary<QuantizationMethod, Method> Methods = new()
    {
        [QuantizationMethod.RoundToNearest] = (rows, scheme, importance, parallel) => RowQuantization.Run(
            rows,
            scheme,
            (weights, codes, scales, zeroPoints) => RoundToNearest.QuantizeRows(weights, rows.Columns, scheme, importance.Span, codes, scales, zeroPoints),
            parallel),
        [QuantizationMethod.Nf4] = Floats,
        [QuantizationMethod.Fp4] = Floats,
        [QuantizationMethod.Hqq] = (rows, scheme, _, parallel) => WholeQuantization.Run(
            rows, weights => HalfQuadratic.Quantize(weights, rows.Columns, scheme, parallel.MaxDegreeOfParallelism, parallel.CancellationToken), parallel),
    };

    private delegate QuantizationOutcome Method(IWeightRows rows, QuantizationScheme scheme, ReadOnlyMemory<float> importance, ParallelOptions parallel);

    /// <summary>Quantizes a matrix.</summary>
    /// <param name="rows">Gives rows as floats; called from several threads at once.</param>
    /// <param name="scheme">Bits, group size, grid.</param>
    /// <param name="method">How codes are chosen; it must fit the grid.</param>
    /// <param name="importance">Weight of each input's squared error in round-to-nearest; empty when all count the same. The other methods do not use it.</param>
    /// <param name="parallel">Cores and cancellation.</param>
    /// <returns>The codes, and the squared norms of the matrix and of its error.</returns>
    /// <exception cref="ModelPackException">MPK1406: the matrix holds NaN or an infinity.</exception>
    public static QuantizationOutcome Quantize(
        IWeightRows rows, QuantizationScheme scheme, QuantizationMethod method, ReadOnlyMemory<float> importance, ParallelOptions parallel) =>
        Methods[method](rows, scheme, importance, parallel);

    private static QuantizationOutcome Floats(IWeightRows rows, QuantizationScheme scheme, ReadOnlyMemory<float> importance, ParallelOptions parallel) =>
        RowQuantization.Run(rows, scheme, (weights, codes, scales, _) => CodeBookQuantizer.QuantizeRows(weights, rows.Columns, scheme, codes, scales), parallel);
}
