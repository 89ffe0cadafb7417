using ModelPack.Benchmarks.Kernels;
using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Benchmarks.GgmlBlocks;

/// <summary>Errors and times of one type beside ggml's own functions, on one thread in one process.</summary>
internal static class BlockContest
{
    private const int WarmUp = 120;
    private const int WarmUpBreak = 20;
    private const int WarmUpMilliseconds = 250;
    private const int Rounds = 16;
    private const int OursOfRound = 6;

    public static BlockRow Run(GgufTensorType type, bool weighted)
    {
        float[] importance = weighted ? BlockSample.Importance() : [];
        var errors = new Dictionary<string, (double, double)>();
        foreach (string kind in BlockSample.Kinds.Keys)
        {
            float[] values = BlockSample.Values(kind);
            errors[kind] = (Error(values, Ours(type, values, importance), importance), Error(values, Theirs(type, values, importance), importance));
        }

        float[] sample = BlockSample.Values(BlockSample.Kinds.Keys.First());
        byte[] bytes = new byte[sample.Length / type.ElementsPerBlock() * type.BytesPerBlock()];
        // The compiler replaces its first, plain code after some calls, in the background, when it gets a core.
        for (int i = 0; i < WarmUp; i++)
        {
            BlockEncoding.Encode(type, sample, BlockSample.Columns, importance, bytes);
            Thread.Sleep(i % WarmUpBreak == 0 ? WarmUpMilliseconds : 0);
        }

        Timing ours = Timing.None, theirs = Timing.None;
        for (int round = 0; round < Rounds; round++)
        {
            ours = ours.Better(() => BlockEncoding.Encode(type, sample, BlockSample.Columns, importance, bytes), OursOfRound, threads: 1);
            theirs = theirs.Better(() => Ggml.Quantize((int)type, sample, BlockSample.Columns, importance, bytes), 1, threads: 1);
        }

        return new BlockRow(type, weighted, errors, Nanoseconds(ours), Nanoseconds(theirs));
    }

    /// <summary>What our encoder makes of values.</summary>
    public static float[] Ours(GgufTensorType type, float[] values, float[] importance, int columns = BlockSample.Columns)
    {
        byte[] bytes = new byte[values.Length / type.ElementsPerBlock() * type.BytesPerBlock()];
        BlockEncoding.Encode(type, values, columns, importance, bytes);
        var decoded = new float[values.Length];
        GgufBlocks.ToFloat32(type, bytes, decoded);
        return decoded;
    }

    /// <summary>What ggml's makes of them.</summary>
    public static float[] Theirs(GgufTensorType type, float[] values, float[] importance, int columns = BlockSample.Columns) =>
        Ggml.Dequantize((int)type, Ggml.Quantize((int)type, values, columns, importance));

    private static double Nanoseconds(Timing timing) => timing.Processor * 1e9 / (BlockSample.Rows * BlockSample.Columns);

    private static double Error(float[] values, float[] decoded, float[] importance)
    {
        double error = 0, energy = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double weight = importance.Length > 0 ? importance[i % importance.Length] : 1, difference = (double)values[i] - decoded[i];
            error += weight * difference * difference;
            energy += weight * values[i] * values[i];
        }

        return error / energy;
    }
}
