namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>Numbers from a seed, the same on every machine and in every version of .NET (xorshift64*, Marsaglia's polar method). Not thread-safe.</summary>
internal sealed class SampleNumbers(uint seed)
{
    private ulong _state = (seed * 0x9E3779B97F4A7C15UL) | 1;

    /// <summary>Numbers with mean 0 and variance 1.</summary>
    public float[] Normals(int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double x, y, square;
            do
            {
                x = (2 * Uniform()) - 1;
                y = (2 * Uniform()) - 1;
                square = (x * x) + (y * y);
            }
            while (square is >= 1 or 0);

            values[i] = (float)(x * Math.Sqrt(-2 * Math.Log(square) / square));
        }

        return values;
    }

    /// <summary>A whole number from 0 to <paramref name="limit"/>, exclusive.</summary>
    public long Below(long limit) => (long)(Uniform() * limit);

    private double Uniform()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return ((_state * 0x2545F4914F6CDD1DUL) >> 11) * (1.0 / (1UL << 53));
    }
}
