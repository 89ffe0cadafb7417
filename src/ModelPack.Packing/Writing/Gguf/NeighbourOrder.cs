namespace ModelPack.Packing.Writing.Gguf;

/// <summary>
/// The order of a head's rows for a rope that turns neighbours: rows i and i + half of the published order, which are turned
/// together, come to stand at 2i and 2i + 1. Pure.
/// </summary>
internal static class NeighbourOrder
{
    /// <summary>Row of the published order that stands at <paramref name="row"/>.</summary>
    /// <param name="row">Row of the stored order.</param>
    /// <param name="headSize">Rows of a head; even.</param>
    public static int ToPublished(int row, int headSize)
    {
        int inHead = row % headSize;
        return row - inHead + (inHead / 2) + (inHead % 2 * (headSize / 2));
    }

    /// <summary>Row of the stored order where the published <paramref name="row"/> stands.</summary>
    /// <param name="row">Row of the published order.</param>
    /// <param name="headSize">Rows of a head; even.</param>
    public static int FromPublished(int row, int headSize)
    {
        int inHead = row % headSize;
        int half = headSize / 2;
        return row - inHead + (2 * (inHead % half)) + (inHead / half);
    }
}
