using System.Runtime.Intrinsics;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Quantizes a matrix so that its outputs on the calibration inputs stay: target, static scales, sweep, then passes of coordinate descent over scales and codes.
/// Pure; rows are independent, so the result does not depend on the number of threads.
/// </summary>
public static class GptqQuantizer
{
    // Rows that one thread works on at a time: enough for the products to run at full speed, few enough to feed many cores. The result does not depend on it.
    private const int FewestRows = 128;
    private const int MostRows = 256;

    /// <summary>Quantizes one matrix.</summary>
    /// <param name="weights">[rows, input.Columns], finite; overwritten.</param>
    /// <param name="rows">Outputs (N).</param>
    /// <param name="shift">[rows, input.Columns]: sum of target differences times inputs, scaled as the hessian, W* = W + shift (H + damping)^-1; null: no targets.</param>
    /// <param name="input">What the weights of this input share.</param>
    /// <param name="scheme">How the matrix is stored.</param>
    /// <param name="options">The parts that run.</param>
    /// <param name="threads">Threads to use.</param>
    /// <exception cref="NonFiniteWeightException">A weight is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">A length that does not fit.</exception>
    public static GptqResult Quantize(
        float[] weights, int rows, float[]? shift, GptqInput input, QuantizationScheme scheme, GptqOptions options, int threads)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        return Quantize(weights, rows, shift, input, CodeFormat.Of(scheme), options, threads);
    }

    /// <summary>The same for every number of bits from 2 to 8.</summary>
    internal static GptqResult Quantize(float[] weights, int rows, float[]? shift, GptqInput input, CodeFormat format, GptqOptions options, int threads)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        RequireLength(weights, rows, input.Columns, nameof(weights));
        RequireLength(shift ?? weights, rows, input.Columns, nameof(shift));
        FiniteCheck.RequireFinite(weights, input.Columns);
        return Vector512.IsHardwareAccelerated ? Run<Lanes16, Vector512<float>>(weights, rows, shift, input, format, options, threads)
            : Vector256.IsHardwareAccelerated ? Run<Lanes8, Vector256<float>>(weights, rows, shift, input, format, options, threads)
            : Vector128.IsHardwareAccelerated ? Run<Lanes4, Vector128<float>>(weights, rows, shift, input, format, options, threads)
            : Run<Lanes1, float>(weights, rows, shift, input, format, options, threads);
    }

    /// <summary>The same with a given number of lanes.</summary>
    internal static GptqResult Run<TLanes, TVector>(
        float[] weights, int rows, float[]? shift, GptqInput input, CodeFormat format, GptqOptions options, int threads)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        var calibrated = new CodeSink(rows, input.Columns, format);
        var nearest = new CodeSink(rows, input.Columns, format);
        int rowsOfBlock = Math.Clamp(rows / (2 * threads), FewestRows, MostRows);
        var blocks = Enumerable.Range(0, (rows + rowsOfBlock - 1) / rowsOfBlock);
        Parallel.ForEach(blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, index =>
        {
            int first = index * rowsOfBlock, count = Math.Min(rowsOfBlock, rows - first);
            var block = new RowBlock(count, input.Columns, format);
            weights.AsSpan(first * input.Columns, block.Weights.Length).CopyTo(block.Weights);
            DeadColumns.Clear(block.Weights, input.Columns, input.Dead);
            if (input.Usable)
            {
                ReadOnlySpan<float> shiftRows = shift is null ? [] : shift.AsSpan(first * input.Columns, block.Weights.Length);
                BlockQuantizer.Run<TLanes, TVector>(block, shiftRows, input, options, calibrated.ErrorsOf(first, count));
                calibrated.Take(block, first);
            }

            BlockQuantizer.RoundToNearest<TLanes, TVector>(block, input, nearest.ErrorsOf(first, count));
            nearest.Take(block, first);
        });

        double error = input.Usable ? calibrated.TotalError() : double.NaN, nearestError = input.Usable ? nearest.TotalError() : double.NaN;
        bool keep = !(error <= nearestError);
        return new GptqResult((keep ? nearest : calibrated).ToMatrix(), keep ? nearestError : error, nearestError, keep, input.Damping);
    }

    private static void RequireLength(float[] values, int rows, int columns, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{name} has {values.Length} entries, {rows} rows of {columns} are needed.", name);
        }
    }
}
