using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization;

/// <summary>Round-to-nearest of whole rows, as many groups at a time as there are lanes.</summary>
internal static class GroupQuantizer
{
    /// <summary>Writes codes, scales and zero points of all groups; arguments as <see cref="RoundToNearest.QuantizeRows"/> checked them.</summary>
    public static void Run<TLanes, TVector>(
        ReadOnlySpan<float> weights,
        int columns,
        QuantizationScheme scheme,
        ReadOnlySpan<float> importance,
        Span<byte> codes,
        Span<Half> scales,
        Span<byte> zeroPoints)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        var batch = new GroupBatch(TLanes.Width, scheme.GroupSize, !importance.IsEmpty);
        Span<uint> words = stackalloc uint[TLanes.Width];
        Span<uint> codeWords = MemoryMarshal.Cast<byte, uint>(codes);
        int wordsOfGroup = codeWords.Length / Math.Max(1, scales.Length);
        var zeroPointWriter = new ZeroPointWriter(zeroPoints, scheme, columns);
        for (int first = 0; first < scales.Length; first += TLanes.Width)
        {
            int lanes = Math.Min(TLanes.Width, scales.Length - first);
            GroupGathering.Gather<TLanes, TVector>(batch, weights, columns, scheme, importance, first);
            ScaleSearch.Run<TLanes, TVector>(batch, scheme);
            ScaleSettlement.Settle<TLanes, TVector>(batch, scheme, scales.Slice(first, lanes));
            GroupEncoding.Encode<TLanes, TVector>(batch, scheme, codeWords.Slice(first * wordsOfGroup, lanes * wordsOfGroup), lanes, words);
            zeroPointWriter.Write(batch.CodeZero.AsSpan(0, lanes));
        }
    }
}
