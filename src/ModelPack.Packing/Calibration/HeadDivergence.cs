using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Stages;

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
            DecoderGraph.Build(context.Architecture, DecoderGraphOptions.HeadOnly(context.Architecture.Layers), _ => new WeightStorage.Float32()),
            context.Source,
            context.Threads);
        double[,] sums = new double[reference.Rows, streams.Count];
        context.ForRows(0, reference.Rows, (row, scratch) =>
        {
            head.Run(RowTensor.Of(reference, row), scratch.Get(0, vocabulary));
            for (int i = 0; i < streams.Count; i++)
            {
                head.Run(RowTensor.Of(streams[i], row), scratch.Get(1, vocabulary));
                sums[row, i] = Sum(scratch.Values(0, vocabulary), scratch.Values(1, vocabulary), vocabulary, context.Rows.Ids[first + row]);
            }
        });

        double positions = reference.Rows * (context.Rows.Length - 1.0);
        return [.. Enumerable.Range(0, streams.Count).Select(i => Enumerable.Range(0, reference.Rows).Sum(row => sums[row, i]) / positions)];
    }

    private static double Sum(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int vocabulary, int[] ids)
    {
        double sum = 0;
        for (int position = 0; position + 1 < ids.Length; position++)
        {
            int start = position * vocabulary;
            sum += PositionFidelity.Compare(expected.Slice(start, vocabulary), actual.Slice(start, vocabulary), ids[position + 1]).Divergence;
        }

        return sum;
    }
}
