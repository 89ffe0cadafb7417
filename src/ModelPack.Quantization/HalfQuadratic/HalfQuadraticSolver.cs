namespace ModelPack.Quantization;

/// <summary>
/// The iteration of half-quadratic quantization (Badri and Shaji 2023) on codes that are not packed yet, for any number of bits. Scales stay what
/// they are; zero points are real numbers, in codes: value = (code - zero point) * scale. The result does not depend on the number of threads.
/// </summary>
public static class HalfQuadraticSolver
{
    private const int Rounds = 20;
    private const double FirstBeta = 10;
    private const double Growth = 1.01;

    // Rows that a thread takes at a time; a fixed number, since sums go block by block.
    private const int BlockRows = 32;

    /// <summary>Scales that span each group's range, and the zero points that go with them.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="groupSize">Inputs that share a scale; the last group of a row may be shorter.</param>
    /// <param name="bits">1 to 8.</param>
    /// <param name="scales">[rows, groups], written; positive.</param>
    /// <param name="zeroPoints">[rows, groups], written.</param>
    /// <param name="roundZeroPoints">True: start from whole numbers, as the published code does at 4 bits; the error that it ends with is larger.</param>
    /// <remarks>The published code leaves ranges below 1e-4 unscaled and scales at 5e-5 at least; that costs small weights and 8-bit codes, and is not done here.</remarks>
    public static void Start(ReadOnlySpan<float> weights, int columns, int groupSize, int bits, Span<float> scales, Span<float> zeroPoints, bool roundZeroPoints = false)
    {
        int groups = (columns + groupSize - 1) / groupSize;
        for (int index = 0; index < scales.Length; index++)
        {
            ReadOnlySpan<float> group = Group(weights, columns, groupSize, index / groups, index % groups);
            float low = float.MaxValue, high = float.MinValue;
            foreach (float weight in group)
            {
                low = Math.Min(low, weight);
                high = Math.Max(high, weight);
            }

            if (high > low)
            {
                scales[index] = (high - low) / ((1 << bits) - 1);
                zeroPoints[index] = -low / scales[index];
            }
            else
            {
                // Equal weights become one step from the middle code.
                scales[index] = low == 0 ? 1 : Math.Abs(low);
                zeroPoints[index] = (1 << (bits - 1)) - (low / scales[index]);
            }

            zeroPoints[index] = roundZeroPoints ? MathF.Round(zeroPoints[index]) : zeroPoints[index];
        }
    }

    /// <summary>Moves the zero points until the mean absolute error of the whole matrix falls no more, 20 rounds at most.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="groupSize">Inputs that share a scale.</param>
    /// <param name="bits">1 to 8.</param>
    /// <param name="scales">[rows, groups], positive.</param>
    /// <param name="zeroPoints">[rows, groups], replaced by those of the last round, as the published code does.</param>
    /// <param name="threads">Cores.</param>
    /// <param name="cancellation">Checked in every round.</param>
    public static void Refine(
        float[] weights, int columns, int groupSize, int bits, float[] scales, float[] zeroPoints, int threads, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(zeroPoints);
        int rows = weights.Length / columns;
        int groups = (columns + groupSize - 1) / groupSize;
        int blocks = (rows + BlockRows - 1) / BlockRows;
        var errors = new double[blocks];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        double best = double.PositiveInfinity, beta = FirstBeta;
        for (int round = 0; round < Rounds; round++, beta *= Growth)
        {
            var shrinkage = new ShrinkageStep(beta);
            Parallel.For(0, blocks, parallel, block =>
            {
                int first = block * BlockRows * groups, end = Math.Min(first + (BlockRows * groups), scales.Length);
                double sum = 0;
                for (int index = first; index < end; index++)
                {
                    ReadOnlySpan<float> group = Group(weights, columns, groupSize, index / groups, index % groups);
                    sum += ZeroPointStep.Run(group, 1 / scales[index], (1 << bits) - 1, shrinkage, ref zeroPoints[index]);
                }

                errors[block] = sum;
            });

            double error = errors.Sum();
            if (!(error < best))
            {
                return;
            }

            best = error;
        }
    }

    /// <summary>The nearest codes.</summary>
    /// <param name="weights">[rows, columns], finite.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="groupSize">Inputs that share a scale.</param>
    /// <param name="bits">1 to 8.</param>
    /// <param name="scales">[rows, groups], positive.</param>
    /// <param name="zeroPoints">[rows, groups].</param>
    /// <param name="codes">[rows, columns], one code a byte, written.</param>
    public static void Encode(
        ReadOnlySpan<float> weights, int columns, int groupSize, int bits, ReadOnlySpan<float> scales, ReadOnlySpan<float> zeroPoints, Span<byte> codes)
    {
        int groups = (columns + groupSize - 1) / groupSize;
        for (int i = 0; i < weights.Length; i++)
        {
            int index = (i / columns * groups) + (i % columns / groupSize);
            codes[i] = (byte)Math.Clamp(MathF.Round((weights[i] * (1 / scales[index])) + zeroPoints[index]), 0, (1 << bits) - 1);
        }
    }

    private static ReadOnlySpan<float> Group(ReadOnlySpan<float> weights, int columns, int groupSize, int row, int group) =>
        weights.Slice((row * columns) + (group * groupSize), Math.Min(groupSize, columns - (group * groupSize)));
}
