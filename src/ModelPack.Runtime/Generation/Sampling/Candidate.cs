namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>
/// A token and its value packed into 64 bits so that sorting the numbers upwards sorts candidates from the largest value to
/// the smallest, and equal values by token id: one total order, whatever the sorting algorithm.
/// </summary>
internal static class Candidate
{
    /// <summary>Packs a token id with its logit or weight.</summary>
    public static ulong Pack(float value, int id)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint ascending = (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
        return ((ulong)~ascending << 32) | (uint)id;
    }

    /// <summary>The token id.</summary>
    public static int Id(ulong candidate) => (int)(uint)candidate;

    /// <summary>The value given to <see cref="Pack"/>.</summary>
    public static float Value(ulong candidate)
    {
        uint ascending = ~(uint)(candidate >> 32);
        return BitConverter.UInt32BitsToSingle((ascending & 0x8000_0000) != 0 ? ascending & 0x7FFF_FFFF : ~ascending);
    }
}
