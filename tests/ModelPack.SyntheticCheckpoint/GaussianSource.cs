namespace ModelPack.SyntheticCheckpoint;

/// <summary>
/// Normally distributed bfloat16 values at the speed of a table: 65536 values drawn once (Box and Muller), then picked by
/// 16 bits of SplitMix64 at a time. The same seed gives the same values.
/// </summary>
internal sealed class GaussianSource
{
    private const int TableSize = 1 << 16;
    private const double OneByTwoTo53 = 1.0 / (1L << 53);

    private readonly float[] _unit = new float[TableSize];
    private readonly ushort[] _scaled = new ushort[TableSize];
    private ulong _state;

    public GaussianSource(ulong seed)
    {
        _state = seed;
        for (int i = 0; i < TableSize; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(((Next() >> 11) | 1) * OneByTwoTo53));
            double angle = 2 * Math.PI * (Next() >> 11) * OneByTwoTo53;
            _unit[i] = (float)(radius * Math.Cos(angle));
            _unit[i + 1] = (float)(radius * Math.Sin(angle));
        }
    }

    /// <summary>Sets the standard deviation of the values that follow.</summary>
    public void Scale(float deviation)
    {
        for (int i = 0; i < TableSize; i++)
        {
            _scaled[i] = ToBFloat16(_unit[i] * deviation);
        }
    }

    /// <summary>Fills a span with bfloat16 bits.</summary>
    public void Fill(Span<ushort> destination)
    {
        ushort[] table = _scaled;
        int i = 0;
        for (; i <= destination.Length - 4; i += 4)
        {
            ulong bits = Next();
            destination[i] = table[(ushort)bits];
            destination[i + 1] = table[(ushort)(bits >> 16)];
            destination[i + 2] = table[(ushort)(bits >> 32)];
            destination[i + 3] = table[(ushort)(bits >> 48)];
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = table[(ushort)Next()];
        }
    }

    /// <summary>Nearest bfloat16, ties to even, of a finite value.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
