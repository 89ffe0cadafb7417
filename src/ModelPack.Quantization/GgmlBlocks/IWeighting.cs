namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>Whether the elements of a block count differently; a type, so that each case gets a kernel of its own.</summary>
internal interface IWeighting
{
    static abstract bool Weighted { get; }
}
