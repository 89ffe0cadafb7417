namespace ModelPack.Formats.Gguf.Importance;

/// <summary>How strongly the inputs of one weight were used: sums over the rows (tokens) that were measured. Immutable, thread-safe.</summary>
public sealed class ImportanceEntry
{
    /// <summary>Makes an entry.</summary>
    /// <param name="squareSums">Sums of squares of the inputs, column by column, one matrix (expert) after another: finite and not negative.</param>
    /// <param name="counts">Rows that were summed: one number, or one for each matrix.</param>
    /// <exception cref="ArgumentException">No sums, or not the same number of them for each count.</exception>
    public ImportanceEntry(float[] squareSums, float[] counts)
    {
        ArgumentNullException.ThrowIfNull(squareSums);
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Length == 0 || squareSums.Length == 0 || squareSums.Length % counts.Length != 0)
        {
            throw new ArgumentException($"{squareSums.Length} sums cannot belong to {counts.Length} matrices.", nameof(squareSums));
        }

        SquareSums = squareSums;
        Counts = counts;
    }

    /// <summary>Sums of squares, column by column, one matrix after another.</summary>
    public ReadOnlyMemory<float> SquareSums { get; }

    /// <summary>Rows summed, of every matrix. Files of the older form have one number for all experts together.</summary>
    public ReadOnlyMemory<float> Counts { get; }

    /// <summary>Columns that share a count.</summary>
    public int Columns => SquareSums.Length / Counts.Length;

    /// <summary>
    /// Mean squares, in the order of <see cref="SquareSums"/>. A matrix that no row has met has 1 everywhere, as llama.cpp's quantizer takes it.
    /// </summary>
    public float[] MeanSquares()
    {
        float[] means = SquareSums.ToArray();
        for (int i = 0; i < means.Length; i++)
        {
            float count = Counts.Span[i / Columns];
            means[i] = count > 0 ? means[i] / count : 1;
        }

        return means;
    }
}
