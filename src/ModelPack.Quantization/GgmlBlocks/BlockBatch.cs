namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>
/// As many blocks as there are lanes, one a lane, and what is found out about each. Arrays of elements hold [element, lane], arrays of
/// sub-blocks [sub-block, lane], the others one number a lane. Values are multiplied by a power of two that brings the block's largest near one,
/// so that no sum overflows or vanishes; scales and minimums are in the same unit until they are stored.
/// </summary>
internal sealed class BlockBatch(int width, BlockShape shape, bool weighted)
{
    public int Width => width;

    public BlockShape Shape => shape;

    /// <summary>
    /// Whether errors of large values count more, which keeps scales from shrinking; stored scales are made longer afterwards where they do not. Chosen by the KL divergences
    /// of docs/gguf-blocks.md: with importances this is the better way for all levels but those of tables.
    /// </summary>
    public bool Emphasized { get; } = weighted && shape.Format is not (BlockFormat.IQ4_NL or BlockFormat.IQ4_XS);

    /// <summary>The elements.</summary>
    public float[] Values { get; } = new float[shape.Elements * width];

    /// <summary>Weights of the squared errors, positive; empty when all count the same.</summary>
    public float[] Importance { get; } = weighted ? new float[shape.Elements * width] : [];

    /// <summary>Values times Importance; empty when all count the same.</summary>
    public float[] Weighted { get; } = weighted ? new float[shape.Elements * width] : [];

    /// <summary>Blocks one after another, where rows end inside the batch.</summary>
    public float[] Staging { get; } = new float[shape.Elements * width];

    public float[] Normalizer { get; } = new float[width];

    /// <summary>Best scale of each sub-block by itself.</summary>
    public float[] SubScale { get; } = new float[shape.SubBlocks * width];

    /// <summary>Best minimum of each sub-block by itself: what is subtracted.</summary>
    public float[] SubMinimum { get; } = new float[shape.SubBlocks * width];

    /// <summary>Sum of weighted squares of a sub-block's levels.</summary>
    public float[] LevelSquare { get; } = new float[shape.SubBlocks * width];

    /// <summary>Sum of weighted levels of a sub-block.</summary>
    public float[] LevelSum { get; } = new float[shape.SubBlocks * width];

    /// <summary>Sum of weighted products of levels and values of a sub-block.</summary>
    public float[] LevelProduct { get; } = new float[shape.SubBlocks * width];

    /// <summary>Sum of weights of a sub-block.</summary>
    public float[] WeightSum { get; } = new float[shape.SubBlocks * width];

    /// <summary>Sum of weighted values of a sub-block.</summary>
    public float[] ValueSum { get; } = new float[shape.SubBlocks * width];

    /// <summary>Whole number stored as the sub-scale.</summary>
    public float[] WholeScale { get; } = new float[shape.SubBlocks * width];

    /// <summary>Whole number stored as the sub-minimum.</summary>
    public float[] WholeMinimum { get; } = new float[shape.SubBlocks * width];

    /// <summary>The block's scale, as stored but for the normalizer.</summary>
    public float[] Scale { get; } = new float[width];

    /// <summary>The block's minimum, as stored but for the normalizer.</summary>
    public float[] Minimum { get; } = new float[width];

    /// <summary>Sum of weighted squares of the values.</summary>
    public float[] Energy { get; } = new float[width];

    /// <summary>What values as they were given are multiplied by to find the codes of a sub-block.</summary>
    public float[] CodeInverse { get; } = new float[shape.SubBlocks * width];

    /// <summary>What is added to values as they were given before that.</summary>
    public float[] CodeMinimum { get; } = new float[shape.SubBlocks * width];

    /// <summary>The block's scale as it is stored, but for its rounding.</summary>
    public float[] StoredScale { get; } = new float[width];

    /// <summary>The block's minimum as it is stored, but for its rounding.</summary>
    public float[] StoredMinimum { get; } = new float[width];

    /// <summary>Sub-minimums that are best beside rounded sub-scales, while pairs are compared.</summary>
    public float[] TrialMinimum { get; } = new float[shape.SubBlocks * width];

    /// <summary>[candidate, lane]: minimums of the block that are compared.</summary>
    public float[] Candidates { get; } = new float[BlockSearch.MostPlaces * width];
}
