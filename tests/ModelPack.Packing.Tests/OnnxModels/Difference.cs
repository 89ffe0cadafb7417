using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.Tests.OnnxModels;

internal static class Difference
{
    /// <summary>Norm of the difference by the norm of what is expected.</summary>
    public static double Of(SampleTensor expected, SampleTensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        float[] left = expected.ToFloats(), right = actual.ToFloats();
        double norm = left.Sum(value => (double)value * value), error = left.Zip(right, (a, b) => ((double)a - b) * (a - b)).Sum();
        Assert.True(norm > 0);
        return Math.Sqrt(error / norm);
    }
}
