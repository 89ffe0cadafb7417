using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Where the rows of the published order stand in a tensor of a GGUF file. Pure.</summary>
internal static class NeighbourRows
{
    /// <summary>Row of the stored order where a row of the published order stands.</summary>
    /// <param name="row">Row of the published order.</param>
    /// <param name="headSize">Rows of a head whose rows are stored in the order of <see cref="NeighbourOrder"/>; 0: both orders are the same.</param>
    public static int Stored(int row, int headSize) => headSize == 0 ? row : NeighbourOrder.FromPublished(row, headSize);
}
