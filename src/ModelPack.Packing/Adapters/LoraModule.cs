using ModelPack.Formats.Safetensors;

namespace ModelPack.Packing.Adapters;

/// <summary>The two factors of one module's low-rank sum, as an adapter's file has them.</summary>
/// <param name="Name">Name of the module in the base.</param>
/// <param name="A">[rank, inputs]; of an embedding [rank, tokens].</param>
/// <param name="B">[outputs, rank].</param>
/// <param name="IsEmbedding">The module looks rows up instead of multiplying.</param>
internal sealed record LoraModule(string Name, SafetensorsTensor A, SafetensorsTensor B, bool IsEmbedding)
{
    /// <summary>Rank of the product.</summary>
    public int Rank => (int)A.Shape[0];
}
