using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization;

/// <summary>Codes of a batch, packed. A lane's consecutive codes come one after the other, so they are packed by arithmetic: sum of code * 2^(bits * i).</summary>
internal static class GroupEncoding
{
    private const int BitsOfHalfWord = 16;

    /// <summary>Writes the codes of the first <paramref name="lanes"/> groups, group after group; <paramref name="words"/> has room for one number a lane.</summary>
    public static void Encode<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme, Span<uint> codes, int lanes, Span<uint> words)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int codesOfHalfWord = BitsOfHalfWord / scheme.Bits, wordsOfGroup = scheme.GroupSize * scheme.Bits / (2 * BitsOfHalfWord);
        ref uint word = ref MemoryMarshal.GetReference(words[..TLanes.Width]);
        for (int i = 0; i < wordsOfGroup; i++)
        {
            TVector low = HalfWord<TLanes, TVector>(batch, scheme, 2 * i * codesOfHalfWord);
            TVector high = HalfWord<TLanes, TVector>(batch, scheme, ((2 * i) + 1) * codesOfHalfWord);
            TLanes.StoreWords(low, high, ref word);
            for (int lane = 0, at = i; lane < lanes; lane++, at += wordsOfGroup)
            {
                codes[at] = words[lane];
            }
        }
    }

    private static TVector HalfWord<TLanes, TVector>(GroupBatch batch, QuantizationScheme scheme, int first)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector inverse = TLanes.Load(in batch.CodeInverse[0], 0), zero = TLanes.Load(in batch.CodeZero[0], 0);
        TVector lowest = TLanes.Multiply(zero, TLanes.Create(-1)), highest = TLanes.Add(lowest, TLanes.Create(scheme.MaxCode));
        TVector sum = TLanes.Create(0);
        ref float weights = ref MemoryMarshal.GetArrayDataReference(batch.Weights);
        float place = 1;
        for (int i = 0; i < BitsOfHalfWord / scheme.Bits; i++, place *= scheme.MaxCode + 1)
        {
            TVector level = TLanes.Round(TLanes.Multiply(TLanes.Load(in weights, (first + i) * TLanes.Width), inverse));
            TVector code = TLanes.Add(TLanes.Max(TLanes.Min(level, highest), lowest), zero);
            sum = TLanes.MultiplyAdd(code, TLanes.Create(place), sum);
        }

        return sum;
    }
}
