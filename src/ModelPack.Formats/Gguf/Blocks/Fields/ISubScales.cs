namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Part of a block of 256 that holds a scale for each of its sub-blocks, and for some types a minimum.</summary>
internal interface ISubScales
{
    /// <summary>Scale and minimum of one sub-block: the reference for <see cref="Unpack"/>.</summary>
    (int Scale, int Minimum) Get(int subBlock);

    /// <summary>Sets those of one sub-block, whose bits are zero before; bits that have no place are dropped: the reference for <see cref="Pack"/>.</summary>
    void Set(int subBlock, int scale, int minimum);

    /// <summary>Writes all scales, and the minimums where there are some.</summary>
    void Unpack(ref sbyte scales, ref byte minimums);

    /// <summary>Takes all scales, and the minimums where there are some.</summary>
    void Pack(ref sbyte scales, ref byte minimums);
}
