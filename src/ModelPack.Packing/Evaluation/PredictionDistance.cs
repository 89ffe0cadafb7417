using System.Runtime.Intrinsics;

namespace ModelPack.Packing.Evaluation;

/// <summary>
/// Two models' softmax over one position: both logarithms of the sum of exponentials, and the mean under the reference of the
/// difference of the logits. Double precision, in eight lanes whatever the machine's vectors, so that the sums are the same everywhere.
/// </summary>
internal static class PredictionDistance
{
    /// <summary>Index of the first largest logit; -1 when one of them is NaN.</summary>
    public static int Top(ReadOnlySpan<float> logits)
    {
        int i = 0;
        float largest = logits[0];
        if (logits.Length >= Vector512<float>.Count)
        {
            var lanes = Vector512.Create(logits);
            for (i = Vector512<float>.Count; i + Vector512<float>.Count <= logits.Length; i += Vector512<float>.Count)
            {
                lanes = Vector512.Max(lanes, Vector512.Create(logits[i..]));
            }

            for (int lane = 0; lane < Vector512<float>.Count; lane++)
            {
                largest = MathF.Max(largest, lanes[lane]);
            }
        }

        for (; i < logits.Length; i++)
        {
            largest = MathF.Max(largest, logits[i]);
        }

        return float.IsNaN(largest) ? -1 : logits.IndexOf(largest);
    }

    /// <summary>Sums over the vocabulary.</summary>
    /// <param name="reference">Logits x of the reference.</param>
    /// <param name="model">Logits y of the model, as many.</param>
    /// <param name="referenceTop">The largest x.</param>
    /// <param name="modelTop">The largest y.</param>
    /// <returns>log of the sum of exp x, the same of y, and the mean of x - y under the softmax of x.</returns>
    public static (double ReferenceNormalizer, double Normalizer, double MeanDifference) Sum(
        ReadOnlySpan<float> reference, ReadOnlySpan<float> model, float referenceTop, float modelTop)
    {
        Vector512<double> p = default, q = default, difference = default;
        Vector512<double> pTop = Vector512.Create((double)referenceTop), qTop = Vector512.Create((double)modelTop);
        int i = 0;
        for (; i + Vector512<float>.Count <= reference.Length; i += Vector512<float>.Count)
        {
            (Vector512<double> x0, Vector512<double> x1) = Vector512.Widen(Vector512.Create(reference[i..]));
            (Vector512<double> y0, Vector512<double> y1) = Vector512.Widen(Vector512.Create(model[i..]));
            Vector512<double> e0 = Vector512.Exp(x0 - pTop), e1 = Vector512.Exp(x1 - pTop);
            p += e0 + e1;
            q += Vector512.Exp(y0 - qTop) + Vector512.Exp(y1 - qTop);
            difference += (e0 * (x0 - y0)) + (e1 * (x1 - y1));
        }

        (double pRest, double qRest, double differenceRest) = SumScalar(reference[i..], model[i..], referenceTop, modelTop);
        return Finish(Vector512.Sum(p) + pRest, Vector512.Sum(q) + qRest, Vector512.Sum(difference) + differenceRest, referenceTop, modelTop);
    }

    /// <summary>The same value by value: the reference for <see cref="Sum"/>.</summary>
    /// <inheritdoc cref="Sum"/>
    public static (double ReferenceNormalizer, double Normalizer, double MeanDifference) Scalar(
        ReadOnlySpan<float> reference, ReadOnlySpan<float> model, float referenceTop, float modelTop)
    {
        (double p, double q, double difference) = SumScalar(reference, model, referenceTop, modelTop);
        return Finish(p, q, difference, referenceTop, modelTop);
    }

    private static (double P, double Q, double Difference) SumScalar(ReadOnlySpan<float> reference, ReadOnlySpan<float> model, double referenceTop, double modelTop)
    {
        double p = 0, q = 0, difference = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double e = Math.Exp(reference[i] - referenceTop);
            p += e;
            q += Math.Exp(model[i] - modelTop);
            difference += e * ((double)reference[i] - model[i]);
        }

        return (p, q, difference);
    }

    private static (double ReferenceNormalizer, double Normalizer, double MeanDifference) Finish(double p, double q, double difference, double referenceTop, double modelTop) =>
        (referenceTop + Math.Log(p), modelTop + Math.Log(q), difference / p);
}
