namespace ModelPack.Packing.Planning.Gguf;

/// <summary>What a mixture's rule may look at.</summary>
/// <param name="Block">Block from 0.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="HeadsPerKeyHead">Query heads that share a key and value head.</param>
/// <param name="HasImportance">True when the errors are weighed by the inputs.</param>
internal readonly record struct TensorPlace(int Block, int Blocks, int HeadsPerKeyHead, bool HasImportance)
{
    /// <summary>llama.cpp gives more bits to the first and last eighth of the blocks and to every third between.</summary>
    public bool GetsMoreBits => Block < Blocks / 8 || Block >= 7 * Blocks / 8 || (Block - (Blocks / 8)) % 3 == 2;

    /// <summary>True in the first eighth of the blocks.</summary>
    public bool IsEarly => Block < Blocks / 8;

    /// <summary>True where four or more query heads share a value head: the values are few, and more bits for them cost little.</summary>
    public bool SharesValues => HeadsPerKeyHead >= 4;
}
