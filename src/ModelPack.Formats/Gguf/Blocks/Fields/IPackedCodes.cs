namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Part of a block that holds some bits of every code of it. The arrays of codes are one byte an element, in the order of the elements.</summary>
internal interface IPackedCodes
{
    /// <summary>The bits of one element: the reference for <see cref="AddTo"/>.</summary>
    int Get(int element);

    /// <summary>Sets the bits of one element, which are zero before, to the lowest of <paramref name="code"/>: the reference for <see cref="TakeFrom"/>.</summary>
    void Set(int element, int code);

    /// <summary>Sets the bits from <paramref name="shift"/> on, which are zero before, in all codes.</summary>
    void AddTo(ref byte codes, int shift);

    /// <summary>Takes the bits from <paramref name="shift"/> on of all codes.</summary>
    void TakeFrom(ref byte codes, int shift);
}
