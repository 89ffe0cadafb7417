using System.Runtime.InteropServices;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>The tables [positions, Dimension / 2] that rotary operators look up. Pure.</summary>
internal static class RopeCache
{
    /// <summary>cos of every angle, times the attention factor.</summary>
    public static float[] Cosines(RopeParameters rope, int positions) => Table(rope, positions, Math.Cos);

    /// <summary>sin of every angle, times the attention factor.</summary>
    public static float[] Sines(RopeParameters rope, int positions) => Table(rope, positions, Math.Sin);

    /// <summary>Little-endian bytes of a table in float32, or in float16 when <paramref name="half"/> is set.</summary>
    public static byte[] ToBytes(float[] table, bool half)
    {
        if (!half)
        {
            return MemoryMarshal.AsBytes<float>(table).ToArray();
        }

        Half[] narrow = Array.ConvertAll(table, value => (Half)value);
        return MemoryMarshal.AsBytes<Half>(narrow).ToArray();
    }

    private static float[] Table(RopeParameters rope, int positions, Func<double, double> function)
    {
        int pairs = rope.InverseFrequencies.Length;
        var table = new float[checked(positions * pairs)];
        for (int position = 0; position < positions; position++)
        {
            for (int pair = 0; pair < pairs; pair++)
            {
                // The reference rounds the angle to float32 before taking its cosine.
                float angle = position * rope.InverseFrequencies[pair];
                table[(position * pairs) + pair] = (float)function(angle) * rope.AttentionFactor;
            }
        }

        return table;
    }
}
