using ModelPack.Packing.Evaluation;

namespace ModelPack.Packing.Verification;

/// <summary>Compares the logits of two models at the same positions.</summary>
internal static class LogitComparison
{
    /// <summary>Compares [positions, vocabulary] logits.</summary>
    /// <param name="reference">Logits of the model that is right by definition.</param>
    /// <param name="actual">Logits of the other model.</param>
    /// <param name="vocabulary">Logits of one position.</param>
    public static LogitDifference Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual, int vocabulary)
    {
        if (reference.Length % vocabulary != 0)
        {
            throw new ArgumentException($"{reference.Length} logits are no positions of {vocabulary}.");
        }

        double relative = RelativeError(reference, actual);
        int positions = reference.Length / vocabulary;
        double divergence = 0;
        int agreed = 0;
        for (int position = 0; position < positions; position++)
        {
            PositionFidelity fidelity = PositionFidelity.Compare(reference.Slice(position * vocabulary, vocabulary), actual.Slice(position * vocabulary, vocabulary), next: 0);
            divergence += fidelity.Divergence;
            agreed += fidelity.Agrees ? 1 : 0;
        }

        return new LogitDifference(positions, relative, (double)agreed / positions, divergence / positions);
    }

    /// <summary>Norm of the difference by the norm of the reference; NaN where either holds one.</summary>
    public static double RelativeError(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
    {
        if (reference.Length != actual.Length || reference.Length == 0)
        {
            throw new ArgumentException($"{reference.Length} and {actual.Length} values cannot be compared.");
        }

        double norm = 0;
        double error = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double difference = (double)reference[i] - actual[i];
            norm += (double)reference[i] * reference[i];
            error += difference * difference;
        }

        // NaN in either model must fail every later comparison, so it is not hidden by the guard against zero.
        return norm == 0 && error == 0 ? 0 : Math.Sqrt(error / norm);
    }
}
