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
        if (reference.Length != actual.Length || reference.Length == 0 || reference.Length % vocabulary != 0)
        {
            throw new ArgumentException($"{reference.Length} and {actual.Length} logits are no positions of {vocabulary}.");
        }

        int positions = reference.Length / vocabulary;
        double norm = 0;
        double error = 0;
        double divergence = 0;
        int agreed = 0;
        for (int position = 0; position < positions; position++)
        {
            ReadOnlySpan<float> p = reference.Slice(position * vocabulary, vocabulary);
            ReadOnlySpan<float> q = actual.Slice(position * vocabulary, vocabulary);
            for (int i = 0; i < vocabulary; i++)
            {
                double difference = (double)p[i] - q[i];
                norm += (double)p[i] * p[i];
                error += difference * difference;
            }

            divergence += KlDivergence(p, q);
            agreed += ArgMax(p) == ArgMax(q) ? 1 : 0;
        }

        // NaN in either model must fail every later comparison, so it is not hidden by the guard against zero.
        double relative = norm == 0 && error == 0 ? 0 : Math.Sqrt(error / norm);
        return new LogitDifference(positions, relative, (double)agreed / positions, divergence / positions);
    }

    private static double KlDivergence(ReadOnlySpan<float> p, ReadOnlySpan<float> q)
    {
        double pNormalizer = LogSumExp(p);
        double qNormalizer = LogSumExp(q);
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double logP = p[i] - pNormalizer;
            sum += Math.Exp(logP) * (logP - (q[i] - qNormalizer));
        }

        return sum;
    }

    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double max = logits[ArgMax(logits)];
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - max);
        }

        return max + Math.Log(sum);
    }

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        return best;
    }
}
