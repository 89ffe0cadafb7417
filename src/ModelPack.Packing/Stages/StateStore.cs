using ModelPack.Packing.Store;

namespace ModelPack.Packing.Stages;

/// <summary>Hidden states of all sequences in the store, in pieces that fit into a span.</summary>
internal static class StateStore
{
    // Large enough to be read at the speed of the disk, small enough for any array.
    private const long PieceBytes = 256L << 20;

    /// <summary>Fills the activations; false when the store lacks a piece.</summary>
    public static bool TryRead(PackStore store, string key, HiddenStates states)
    {
        int step = RowsOfPiece(states);
        for (int first = 0; first < states.Rows; first += step)
        {
            if (!store.TryReadTensor(Piece(key, first), Bytes(states, first, step), [], []))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Keeps the activations.</summary>
    public static void Write(PackStore store, string key, HiddenStates states)
    {
        int step = RowsOfPiece(states);
        for (int first = 0; first < states.Rows; first += step)
        {
            store.WriteTensor(Piece(key, first), Bytes(states, first, step), [], []);
        }
    }

    /// <summary>Drops the activations.</summary>
    public static void Remove(PackStore store, string key, HiddenStates shape)
    {
        int step = RowsOfPiece(shape);
        for (int first = 0; first < shape.Rows; first += step)
        {
            store.RemoveTensor(Piece(key, first));
        }
    }

    private static int RowsOfPiece(HiddenStates states) => (int)Math.Clamp(PieceBytes / states.RowBytes, 1, int.MaxValue);

    private static string Piece(string key, int first) => $"{key}-{first}";

    private static unsafe Span<byte> Bytes(HiddenStates states, int first, int step) =>
        new((void*)states.Address(first), checked((int)(Math.Min(step, states.Rows - first) * states.RowBytes)));
}
