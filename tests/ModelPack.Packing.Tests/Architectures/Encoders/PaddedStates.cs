namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>States of padded positions mean nothing; the reference files hold zeros there.</summary>
internal static class PaddedStates
{
    /// <summary>States [rows x positions, width] with zeros where the mask is 0.</summary>
    public static float[] Clear(float[] states, long[] mask)
    {
        int width = states.Length / mask.Length;
        var cleared = (float[])states.Clone();
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0)
            {
                cleared.AsSpan(i * width, width).Clear();
            }
        }

        return cleared;
    }
}
