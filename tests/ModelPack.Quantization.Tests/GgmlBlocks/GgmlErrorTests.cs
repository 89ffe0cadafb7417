using ModelPack.LlamaCpp;
using ModelPack.Quantization.GgmlBlocks;

namespace ModelPack.Tests.GgmlBlocks;

/// <summary>The encoders against ggml's own, by the squared error of what comes back, weighted by the importances where there are any.</summary>
public sealed class GgmlErrorTests
{
    private const int Rows = 24;
    private const int Columns = 1024;

    public static TheoryData<BlockFormat> Formats() => EncodedBlocks.Formats();

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void No_error_is_above_ggmls(BlockFormat format)
    {
        Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
        float[] normal = Gaussian.Values(Rows * Columns, seed: 21);
        float[] outliers = Gaussian.Values(Rows * Columns, seed: 22);
        for (int i = 0; i < outliers.Length; i += 199)
        {
            outliers[i] *= 8;
        }

        float[] importance = Array.ConvertAll(Gaussian.Values(Columns, seed: 23), x => MathF.Exp(1.5f * x));
        foreach (float[] values in new[] { normal, Gaussian.Student5(Rows * Columns, seed: 24), outliers })
        {
            foreach (float[] weights in new[] { [], importance })
            {
                EncodedBlocks ours = EncodedBlocks.Encode(format, values, Columns, weights);
                float[] theirs = Ggml.Dequantize((int)ours.Type, Ggml.Quantize((int)ours.Type, values, Columns, weights));
                double error = Error(values, ours.Decode(), weights), golden = Error(values, theirs, weights);
                Assert.True(error <= golden, $"{format}: {error} is above ggml's {golden}");
            }
        }
    }

    private static double Error(float[] values, float[] decoded, float[] importance)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += Math.Pow(values[i] - decoded[i], 2) * (importance.Length > 0 ? importance[i % Columns] : 1);
        }

        return sum;
    }
}
