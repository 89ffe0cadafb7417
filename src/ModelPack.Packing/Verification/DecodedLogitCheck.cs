using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Verification;

/// <summary>Sends a short text through the source and through the decoded weights of a packed model, both in float32, stage by stage, so that memory is one layer.</summary>
internal static class DecodedLogitCheck
{
    // Norm of the logits' difference by their norm, by the fewest bits of a code: above it the packed model has nothing to do with its source.
    private static readonly (int Bits, double Tolerance)[] Tolerances = [(2, 1.5), (3, 1.0), (4, 0.75), (5, 0.4), (6, 0.25), (8, 0.15), (16, 0.05)];

    /// <summary>Runs both models.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="source">Weights of the source.</param>
    /// <param name="decoded">Weights of the packed model.</param>
    /// <param name="fewestBits">Bits of the shortest codes.</param>
    /// <param name="ids">Token ids of the text.</param>
    /// <param name="folder">Folder of the source.</param>
    /// <param name="threads">Cores.</param>
    /// <param name="finished">Called after each stage with its share of the work done, 0 to 1.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="ModelPackException">MPK2003: the difference is too large; MPK2004: a logit is no number.</exception>
    public static LogitDifference Run(
        DecoderArchitecture architecture,
        Func<DecoderWeight, IWeightRows> source,
        Func<DecoderWeight, IWeightRows> decoded,
        int fewestBits,
        long[] ids,
        string folder,
        int threads,
        Action<double> finished,
        CancellationToken cancellation)
    {
        IReadOnlyList<Stage> stages = Stage.Of(architecture);
        float[] reference = [];
        float[] packed = [];
        for (int i = 0; i < stages.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            reference = RunStage(stages[i], reference, source);
            packed = RunStage(stages[i], packed, decoded);
            finished((double)(i + 1) / stages.Count);
        }

        double tolerance = Tolerances.First(entry => entry.Bits >= fewestBits).Tolerance;
        return LogitJudgement.Require(architecture, reference, packed, tolerance, $"{fewestBits} bits");

        float[] RunStage(Stage stage, float[] hidden, Func<DecoderWeight, IWeightRows> rows)
        {
            using StageSession session = new FloatStages(architecture, rows, folder, threads).Open(stage);
            return session.Run(ids, hidden);
        }
    }
}
