using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Chooses scale and codes of one group together, given all other groups: with E = weights - values, P = E H and the group's own block of H, a
/// change d of its values changes the objective by -2 d.P + d H d. Candidates start from the present values; each is improved by one pass of coordinate
/// descent within the group, a least-squares scale and another pass. The objective never rises. One row a lane.
/// </summary>
internal sealed class GroupSearch<TLanes, TVector>(CodeFormat format) : ITileStep
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private readonly GroupCandidates<TLanes, TVector> _candidates = new(format);

    /// <inheritdoc/>
    public void Run(ColumnTile tile, float[] square, RowBlock block, int start, int length, int firstRow)
    {
        for (int first = 0; first < length; first += format.GroupSize)
        {
            int size = Math.Min(format.GroupSize, length - first), group = (start + first) / format.GroupSize;
            _candidates.LoadFormat(block, group, firstRow);
            _candidates.Run(tile, square, length, first, size);
            _candidates.StoreFormat(block, group, firstRow);
            Follow(tile, square, first, size, length);
        }
    }

    /// <summary>Lets the product of the groups still to come know of the changes of one group.</summary>
    private static void Follow(ColumnTile tile, float[] square, int first, int size, int length)
    {
        TVector minus = TLanes.Create(-1);
        ref float values = ref MemoryMarshal.GetArrayDataReference(tile.Values), changes = ref MemoryMarshal.GetArrayDataReference(tile.Changes);
        for (int i = first; i < first + size; i++)
        {
            TVector minusChange = TLanes.Multiply(TLanes.Load(in changes, i * TLanes.Width), minus);
            ReadOnlySpan<float> row = square.AsSpan(i * length, length);
            for (int j = first + size; j < row.Length; j++)
            {
                TLanes.Store(TLanes.MultiplyAdd(minusChange, TLanes.Create(row[j]), TLanes.Load(in values, j * TLanes.Width)), ref values, j * TLanes.Width);
            }
        }
    }
}
