namespace ModelPack.Quantization.Awq;

/// <summary>
/// Moves scales from the input of consumers into its producer, which changes no output but for rounding of floats: consumers' columns grow by the
/// scales, the producer's outputs shrink by them. Pure, thread-safe.
/// </summary>
public static class AwqFolding
{
    /// <summary>The producer is a norm that multiplies by its factors: factors /= scales. Also for a bias.</summary>
    public static void Divide(Span<float> factors, ReadOnlySpan<float> scales)
    {
        RequireLength(factors.Length, scales.Length);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] /= scales[i];
        }
    }

    /// <summary>The producer is a norm that multiplies by 1 + its factors (Gemma): factors = (1 + factors) / scales - 1.</summary>
    public static void DivideOnePlus(Span<float> factors, ReadOnlySpan<float> scales)
    {
        RequireLength(factors.Length, scales.Length);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = ((1 + factors[i]) / scales[i]) - 1;
        }
    }

    /// <summary>The producer is a linear layer: row n /= scales[n].</summary>
    /// <param name="weights">[scales, columns], changed.</param>
    /// <param name="scales">One for each row.</param>
    public static void DivideRows(Span<float> weights, ReadOnlySpan<float> scales)
    {
        int columns = weights.Length / scales.Length;
        RequireLength(weights.Length, scales.Length * columns);
        for (int row = 0; row < scales.Length; row++)
        {
            foreach (ref float weight in weights.Slice(row * columns, columns))
            {
                weight /= scales[row];
            }
        }
    }

    /// <summary>A consumer: column k *= scales[k].</summary>
    /// <param name="weights">[rows, scales], changed.</param>
    /// <param name="scales">One for each column.</param>
    public static void MultiplyColumns(Span<float> weights, ReadOnlySpan<float> scales)
    {
        RequireLength(weights.Length % scales.Length, 0);
        for (int start = 0; start < weights.Length; start += scales.Length)
        {
            Span<float> row = weights.Slice(start, scales.Length);
            for (int k = 0; k < row.Length; k++)
            {
                row[k] *= scales[k];
            }
        }
    }

    private static void RequireLength(int actual, int expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException("The numbers of weights and scales do not fit.");
        }
    }
}
