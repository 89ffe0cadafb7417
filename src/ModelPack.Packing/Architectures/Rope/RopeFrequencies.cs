namespace ModelPack.Packing.Architectures.Rope;

/// <summary>The unscaled frequencies. Pure.</summary>
internal static class RopeFrequencies
{
    /// <summary>theta ^ (-2 i / dimension) for the pairs i, with the float32 roundings of the reference implementation.</summary>
    public static float[] Unscaled(double theta, int dimension)
    {
        var frequencies = new float[dimension / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = 1f / (float)Math.Pow(theta, 2f * i / dimension);
        }

        return frequencies;
    }
}
