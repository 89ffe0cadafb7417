using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// What is summed up over the tokens of one input: the Gram matrix, and how far the outputs or inputs of the quantized
/// stream are from the float stream's. Not thread-safe.
/// </summary>
/// <param name="columns">Width K of the input.</param>
/// <param name="differences">Width of the differences that are multiplied with the input; 0: none.</param>
/// <param name="products">Computes the sums.</param>
/// <param name="threads">Cores.</param>
/// <param name="squaresOnly">True: only the mean squares will be asked for.</param>
internal sealed class InputStatistics(int columns, int differences, IMatrixProducts products, int threads, bool squaresOnly = false)
{
    private readonly double[] _squares = new double[columns];
    private readonly MatrixView _gram = squaresOnly ? default : new(new float[(long)columns * columns], columns, columns);
    private readonly MatrixView _cross = new(new float[(long)differences * columns], differences, columns);

    /// <summary>Tokens added.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds tokens.</summary>
    /// <param name="tokens">Tokens.</param>
    /// <param name="input">[tokens, columns]; may be longer.</param>
    /// <param name="difference">[tokens, differences], empty when there are none; may be longer.</param>
    public void Add(int tokens, float[] input, float[] difference)
    {
        Tokens += tokens;
        if (squaresOnly)
        {
            AddSquares(tokens, input);
            return;
        }

        var x = new MatrixView(input, tokens, columns);
        products.AddGram(x, 1, _gram, threads);
        if (differences > 0)
        {
            products.Add(new MatrixView(difference, tokens, differences), true, x, false, 1, _cross, threads);
        }
    }

    /// <summary>2/T sum of x x^T, [columns, columns], full; the statistics hand it over and are done with it.</summary>
    public float[] TakeHessian()
    {
        GramMatrix.Mirror(_gram, threads);
        Scale(_gram.Values);
        return _gram.Values;
    }

    /// <summary>Mean square of each column; 1 everywhere where there were no tokens, so that all columns count the same.</summary>
    public void WriteMeanSquares(Span<float> squares)
    {
        if (Tokens == 0)
        {
            squares[..columns].Fill(1);
            return;
        }

        for (int i = 0; i < columns; i++)
        {
            squares[i] = (float)((squaresOnly ? _squares[i] : _gram.Values[((long)i * columns) + i]) / Tokens);
        }
    }

    /// <summary>2/T sum of d x^T, [differences, columns].</summary>
    public float[] TakeCross()
    {
        Scale(_cross.Values);
        return _cross.Values;
    }

    private void AddSquares(int tokens, ReadOnlySpan<float> input)
    {
        for (int token = 0; token < tokens; token++)
        {
            ReadOnlySpan<float> row = input.Slice(token * columns, columns);
            for (int i = 0; i < columns; i++)
            {
                _squares[i] += (double)row[i] * row[i];
            }
        }
    }

    private void Scale(float[] values)
    {
        float factor = (float)(2.0 / Math.Max(1, Tokens));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }
}
