namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>
/// A block as it lies in the file: a value type over exactly its bytes. Numbers that not every type has are left out by the default
/// implementations.
/// </summary>
internal interface IGgufBlock<TSelf>
    where TSelf : unmanaged, IGgufBlock<TSelf>
{
    static abstract GgufTensorType Type { get; }

    /// <summary>32 or 256.</summary>
    static abstract int Elements { get; }

    static abstract int CodeBits { get; }

    /// <summary>Sub-blocks with a scale of their own; 0 where the block has only one scale.</summary>
    static virtual int SubBlocks => 0;

    /// <summary>The code that stands for zero; 0 in types with minimums or a table.</summary>
    static virtual int MiddleCode => 0;

    static virtual bool HasMinimums => false;

    /// <summary>Values of the sixteen codes; empty where the code is the value.</summary>
    static virtual ReadOnlySpan<sbyte> Table => [];

    static abstract ref Half Scale(ref TSelf block);

    static virtual ref Half Minimum(ref TSelf block) => throw new NotSupportedException();

    /// <summary>The code of one element: the reference for <see cref="Unpack"/>.</summary>
    static abstract int Code(ref TSelf block, int element);

    /// <summary>Sets one code in a block that is zero there: the reference for <see cref="Pack"/>.</summary>
    static abstract void SetCode(ref TSelf block, int element, int code);

    /// <summary>Sets all codes, one byte each and zero before.</summary>
    static abstract void Unpack(ref TSelf block, ref byte codes);

    /// <summary>Takes all codes.</summary>
    static abstract void Pack(ref TSelf block, ref byte codes);

    /// <summary>Scale and minimum of one sub-block: the reference for <see cref="UnpackSubScales"/>.</summary>
    static virtual (int Scale, int Minimum) SubScale(ref TSelf block, int subBlock) => (1, 1);

    /// <summary>Sets scale and minimum of one sub-block in a block that is zero there: the reference for <see cref="PackSubScales"/>.</summary>
    static virtual void SetSubScale(ref TSelf block, int subBlock, int scale, int minimum)
    {
    }

    /// <summary>Sets the scales of all sub-blocks, and their minimums where the type has some.</summary>
    static virtual void UnpackSubScales(ref TSelf block, ref sbyte scales, ref byte minimums)
    {
    }

    /// <summary>Takes the scales of all sub-blocks, and their minimums where the type has some.</summary>
    static virtual void PackSubScales(ref TSelf block, ref sbyte scales, ref byte minimums)
    {
    }
}
