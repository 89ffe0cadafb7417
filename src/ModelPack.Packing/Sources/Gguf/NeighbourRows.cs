namespace ModelPack.Packing.Sources.Gguf;

/// <summary>
/// The order of a head's rows for a rope that turns neighbours: rows i and i + half of the published order, which are turned together, stand at
/// 2i and 2i + 1. Pure.
/// </summary>
internal static class NeighbourRows
{
    /// <summary>Row of the stored order where a row of the published order stands.</summary>
    /// <param name="row">Row of the published order.</param>
    /// <param name="headSize">Rows of a head; even. 0: both orders are the same.</param>
    public static int Stored(int row, int headSize)
    {
        if (headSize == 0)
        {
            return row;
        }

        int inHead = row % headSize, half = headSize / 2;
        return row - inHead + (2 * (inHead % half)) + (inHead / half);
    }
}
