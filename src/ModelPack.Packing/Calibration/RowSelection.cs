namespace ModelPack.Packing.Calibration;

/// <summary>Which columns of activations [tokens, width] a linear layer reads, and of an expert's layer which tokens. Immutable.</summary>
/// <param name="Offset">First column.</param>
/// <param name="Width">Columns.</param>
internal sealed record RowSelection(int Offset, int Width)
{
    /// <summary>The expert that must be among a token's; null: all tokens.</summary>
    public int? Expert { get; init; }

    /// <summary>First column of the numbers of a token's experts.</summary>
    public int Numbers { get; init; }

    /// <summary>Experts of a token.</summary>
    public int Chosen { get; init; }

    /// <summary>Columns from what the first of a token's experts reads to what the next reads; 0: all read the same.</summary>
    public int Stride { get; init; }

    /// <summary>True when the activations are read as they are.</summary>
    public bool IsWhole(int width) => Expert is null && Offset == 0 && Width == width;

    /// <summary>Copies what is read, and returns the number of tokens.</summary>
    /// <param name="activations">[tokens, width].</param>
    /// <param name="width">Columns of the activations.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="selected">[tokens, <see cref="Width"/>], written from the front.</param>
    public int Copy(ReadOnlySpan<float> activations, int width, int tokens, Span<float> selected) => Copy(activations, activations, width, tokens, selected);

    /// <summary>The same columns and tokens of other activations of the same width.</summary>
    /// <param name="routed">[tokens, width] that say which tokens.</param>
    /// <param name="activations">[tokens, width] that are copied.</param>
    /// <param name="width">Columns of both.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="selected">[tokens, <see cref="Width"/>], written from the front.</param>
    public int Copy(ReadOnlySpan<float> routed, ReadOnlySpan<float> activations, int width, int tokens, Span<float> selected)
    {
        int count = 0;
        for (int token = 0; token < tokens; token++)
        {
            int place = PlaceOf(routed.Slice(token * width, width));
            if (place >= 0)
            {
                activations.Slice((token * width) + Offset + (place * Stride), Width).CopyTo(selected.Slice(count++ * Width, Width));
            }
        }

        return count;
    }

    private int PlaceOf(ReadOnlySpan<float> row) => Expert is int expert ? row.Slice(Numbers, Chosen).IndexOf((float)expert) : 0;
}
