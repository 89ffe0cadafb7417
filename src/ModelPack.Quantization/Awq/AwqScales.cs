namespace ModelPack.Quantization.Awq;

/// <summary>Scales of candidates. Pure, thread-safe.</summary>
public static class AwqScales
{
    private const float Smallest = 1e-4f;

    /// <summary>
    /// x^ratio, by w^(1 - ratio) where the candidate says so, at least 1e-4, then divided by the root of largest times smallest, so that scales lie
    /// around 1.
    /// </summary>
    /// <param name="inputMeans">[K], mean magnitude of each input, not negative.</param>
    /// <param name="weightMeans">[K], mean relative magnitude of the weights of each input.</param>
    /// <param name="candidate">How both are weighed.</param>
    /// <param name="scales">[K], written; positive, 1 where the means are no numbers.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Of(ReadOnlySpan<float> inputMeans, ReadOnlySpan<float> weightMeans, AwqCandidate candidate, Span<float> scales)
    {
        if (inputMeans.Length != scales.Length || weightMeans.Length != scales.Length)
        {
            throw new ArgumentException($"{inputMeans.Length} input means and {weightMeans.Length} weight means were given for {scales.Length} scales.", nameof(scales));
        }

        float low = float.PositiveInfinity, high = 0;
        for (int k = 0; k < scales.Length; k++)
        {
            double scale = Math.Pow(inputMeans[k], candidate.Ratio);
            scale /= candidate.Duo ? Math.Pow(weightMeans[k], 1 - candidate.Ratio) + Smallest : 1;
            scales[k] = Math.Max((float)scale, Smallest);
            low = Math.Min(low, scales[k]);
            high = Math.Max(high, scales[k]);
        }

        float middle = MathF.Sqrt(high * low);
        foreach (ref float scale in scales)
        {
            scale /= middle;
            scale = float.IsFinite(scale) && scale > 0 ? scale : 1;
        }
    }

    /// <summary>
    /// Makes the scales of the attention's outputs equal over all query heads that read one value head: their geometric mean, position by position.
    /// Then they can be divided out of the rows of the value projection.
    /// </summary>
    /// <param name="scales">[heads * headSize], changed.</param>
    /// <param name="heads">Query heads; a multiple of <paramref name="valueHeads"/>.</param>
    /// <param name="valueHeads">Value heads, each read by as many consecutive query heads.</param>
    /// <returns>[valueHeads * headSize]: the scales by row of the value projection.</returns>
    /// <exception cref="ArgumentException">The numbers do not divide.</exception>
    public static float[] TieHeads(Span<float> scales, int heads, int valueHeads)
    {
        if (heads % valueHeads != 0 || scales.Length % heads != 0)
        {
            throw new ArgumentException($"{scales.Length} scales of {heads} heads cannot be shared by {valueHeads} value heads.", nameof(scales));
        }

        int size = scales.Length / heads, copies = heads / valueHeads;
        var rows = new float[valueHeads * size];
        for (int row = 0; row < rows.Length; row++)
        {
            int first = (row / size * copies * size) + (row % size);
            double logarithms = 0;
            for (int copy = 0; copy < copies; copy++)
            {
                logarithms += Math.Log(scales[first + (copy * size)]);
            }

            rows[row] = (float)Math.Exp(logarithms / copies);
            for (int copy = 0; copy < copies; copy++)
            {
                scales[first + (copy * size)] = rows[row];
            }
        }

        return rows;
    }
}
