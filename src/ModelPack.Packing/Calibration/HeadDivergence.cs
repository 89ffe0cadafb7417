using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;

namespace ModelPack.Packing.Calibration;

/// <summary>KL divergence between the predictions that follow from hidden states.</summary>
internal static class HeadDivergence
{
    /// <summary>Mean KL divergence of each stream's predictions from the reference's, in nats.</summary>
    /// <param name="context">Model and rows.</param>
    /// <param name="reference">Hidden states after the last block.</param>
    /// <param name="streams">Others, of the same rows.</param>
    /// <param name="first">Calibration row of their first row.</param>
    public static double[] Measure(CalibrationContext context, HiddenStates reference, IReadOnlyList<HiddenStates> streams, int first)
    {
        int vocabulary = context.Architecture.VocabularySize;
        using PartSession head = PartSession.Open(
            context.Architecture,
            DecoderGraph.Build(context.Architecture, DecoderGraphOptions.HeadOnly(context.Architecture.Layers), _ => new WeightStorage.Float32()),
            context.Source,
            context.Threads);
        using var expected = new HiddenStates(1, context.Rows.Length, vocabulary);
        using var actual = new HiddenStates(1, context.Rows.Length, vocabulary);
        double[] sums = new double[streams.Count];
        for (int row = 0; row < reference.Rows; row++)
        {
            head.Run(RowTensor.Of(reference, row), RowTensor.Of(expected, 0));
            for (int i = 0; i < sums.Length; i++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                head.Run(RowTensor.Of(streams[i], row), RowTensor.Of(actual, 0));
                sums[i] += Sum(expected, actual, context.Rows.Ids[first + row], context.Threads);
            }
        }

        int positions = reference.Rows * (context.Rows.Length - 1);
        return Array.ConvertAll(sums, sum => sum / positions);
    }

    private static double Sum(HiddenStates expected, HiddenStates actual, int[] ids, int threads)
    {
        double[] divergences = new double[ids.Length - 1];
        int vocabulary = expected.Width;
        Parallel.For(0, divergences.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, position =>
        {
            int start = position * vocabulary;
            divergences[position] = PositionFidelity.Compare(expected.Row(0).Slice(start, vocabulary), actual.Row(0).Slice(start, vocabulary), ids[position + 1]).Divergence;
        });
        return divergences.Sum();
    }
}
