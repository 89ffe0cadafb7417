namespace ModelPack.Quantization.Gptq;

/// <summary>What the algorithms need to know of a storage form: they work for every number of bits, also those that no container of the product holds.</summary>
/// <param name="Bits">2 to 8.</param>
/// <param name="GroupSize">16 to 256 consecutive inputs; the last group of a row may be shorter.</param>
/// <param name="Symmetric">True: the zero point is the middle code, and negative scales are used.</param>
internal readonly record struct CodeFormat(int Bits, int GroupSize, bool Symmetric)
{
    public static CodeFormat Of(QuantizationScheme scheme) => new(scheme.Bits, scheme.GroupSize, scheme.Symmetric);

    public int MaxCode => (1 << Bits) - 1;

    public int MiddleCode => 1 << (Bits - 1);

    public int GroupsPerRow(int columns) => (columns + GroupSize - 1) / GroupSize;
}
