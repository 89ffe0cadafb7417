namespace ModelPack.Runtime.Tests.Generation.Sampling;

/// <summary>Values that look like logits, the same in every run.</summary>
internal static class Numbers
{
    public static readonly TheoryData<int> Sizes = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 1000, 2048, 5003];

    public static float[] Logits(int count, int offset = 0)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(8 * Math.Sin((i + offset) * 12.9898) * Math.Cos((i + offset) * 0.7));
        }

        return values;
    }
}
