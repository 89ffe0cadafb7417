namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>How far the search for a format's scales goes. More candidates lower the error further, by ever less; docs/gguf-blocks.md has what these reach.</summary>
internal sealed record BlockSearch
{
    /// <summary>Places that any search has at most.</summary>
    public const int MostPlaces = 14;

    // Places of the extreme sub-scale, in units of d. The other sub-scales fall between whole numbers differently with each.
    private static readonly float[] SignedPlaces = [-32f, -31.5f, -31f, -30.5f, -30f, -29.5f, -29f, -28.5f, -28f, -32.5f, 31f, 30.5f, 30f, 29.5f];
    private static readonly float[] BytePlaces = [-128f, -127.5f, -127f, -126.5f, -126f, -125.5f, -125f, -124.5f];
    private static readonly float[] SixBitPlaces = [63f, 62.5f, 62f, 61.5f, 61f, 60.5f, 60f, 59.5f];
    private static readonly float[] FourBitPlaces = [15f, 14.5f, 14f, 13.5f, 13f, 12.5f, 12f, 11.5f];

    // Beyond the largest whole number: with importances a single sub-block may ask for a scale that would be too coarse for all others.
    private static readonly float[] WideFourBitPlaces = [15f, 14.3f, 13.6f, 12.8f, 12f, 16f, 17f, 18.5f, 20.5f, 23f, 26f, 30f];

    private static readonly float[] FewSignedPlaces = [-32f, -31.2f, -30.4f, -29.6f, -28.8f, -28f, 31f, 30f];

    private static readonly float[] ThreeBitStarts = [-4f, -4.3f, -4.6f, -3.75f, -3.5f, -3.25f, -3f, -2.7f, 4f, 3.7f, 3.4f, 3.1f, 2.8f, 2.4f, -2.4f, -2.1f];
    private static readonly float[] TableStarts = [-127f, -120f, -113f, -106f, -100f, -134f, -142f, 113f, 106f, 100f, 94f, 120f, 127f, -94f, -88f, 88f];

    private static readonly float[] ManyStarts = [-1f, -0.97f, -0.94f, -0.91f, -0.88f, -0.85f, -0.82f, -0.79f, -1.03f, -1.06f, -1.1f, -0.75f, 0.92f, 0.87f, 0.82f, -0.7f];

    private static readonly float[] Moves = [0.04f, 0f, -0.04f, 0f, 0f, 0.8f, 0f, -0.8f, 0.02f, 0.4f, -0.02f, 0.4f, 0.02f, -0.4f, -0.02f, -0.4f];
    private static readonly float[] MoreMoves = [.. Moves, 0.08f, 0f, -0.08f, 0f, 0f, 1.5f, 0f, -1.5f, 0.01f, 0.2f, -0.01f, -0.2f, 0.03f, -0.7f, -0.03f, 0.7f];

    /// <summary>Levels without a minimum: where the extreme weight of a sub-block is put, in units of its scale; four at a time. With one: first ranges, as shares of the whole; two at a time.</summary>
    public required float[] Starts { get; init; }

    /// <summary>Pairs of changes of scale (relative) and minimum (in units of the scale) that are tried from the best so far; two pairs at a time.</summary>
    public float[] Changes { get; init; } = [];

    /// <summary>Where the extreme sub-scale, and the largest sub-minimum, is put, in units of the block's.</summary>
    public float[] Places { get; init; } = [];

    /// <summary>Pairs of whole sub-scales that are tried about each wanted one.</summary>
    public int NeighbourPairs { get; init; } = 1;

    /// <summary>Whether the best scales go on to the best ones for their own codes.</summary>
    public bool Refines { get; init; } = true;

    /// <summary>The search of a format; <paramref name="weighted"/> with importances, when few values decide and the error has more local minima.</summary>
    public static BlockSearch Of(BlockFormat format, bool weighted) => format switch
    {
        BlockFormat.Q4_0 when weighted => new() { Starts = [.. ManyStarts.Select(start => 8 * start)] },
        BlockFormat.Q4_0 => new() { Starts = [-8f, -7.7f, -7.3f, -8.4f, -6.9f, -6.5f, -8.8f, 7.3f] },
        BlockFormat.Q5_0 when weighted => new() { Starts = [.. ManyStarts.Select(start => 16 * start)] },
        BlockFormat.Q5_0 => new() { Starts = [-16f, -15.4f, -14.7f, -16.6f], Refines = false },
        BlockFormat.Q8_0 => new() { Starts = [-127f, -126.5f, -126f, -125.5f], Refines = false },
        BlockFormat.Q3_K when weighted => new() { Starts = ThreeBitStarts, Places = SignedPlaces, NeighbourPairs = 3 },
        BlockFormat.Q3_K => new() { Starts = [-4f, -3.6f, -3.1f, 3.1f], Places = FewSignedPlaces, Refines = false },
        BlockFormat.Q6_K => new() { Starts = [-32f, -31.5f, -31f, -30.5f, -32.5f, -30f, -29.5f, 31.3f], Places = BytePlaces },
        BlockFormat.IQ4_NL => new() { Starts = TableStarts },
        BlockFormat.IQ4_XS => new() { Starts = TableStarts, Places = SignedPlaces },
        BlockFormat.Q2_K => new() { Starts = [1f, 0.8f], Changes = Moves, Places = weighted ? WideFourBitPlaces : FourBitPlaces },
        BlockFormat.Q4_K => new() { Starts = [1f, 0.97f, 0.93f, 0.88f], Changes = weighted ? MoreMoves : Moves, Places = SixBitPlaces },
        BlockFormat.Q5_K => new() { Starts = [1.02f, 1f, 0.97f, 0.94f], Changes = weighted ? MoreMoves : Moves, Places = SixBitPlaces },
        BlockFormat.Q4_1 => new() { Starts = [1f, 0.97f, 0.93f, 0.88f], Changes = weighted ? MoreMoves : Moves },
        BlockFormat.Q5_1 => new() { Starts = [1.02f, 1f, 0.97f, 0.94f], Changes = weighted ? MoreMoves : Moves },
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a block format."),
    };
}
