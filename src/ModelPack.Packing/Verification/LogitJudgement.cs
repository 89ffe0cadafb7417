using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Verification;

/// <summary>Refuses a packed model whose logits have nothing to do with its source's.</summary>
internal static class LogitJudgement
{
    /// <summary>Compares the logits of both models.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="reference">Logits of the source.</param>
    /// <param name="packed">Logits of the packed model.</param>
    /// <param name="tolerance">Largest norm of the difference by the norm.</param>
    /// <param name="bits">What the tolerance is for, in the message.</param>
    /// <exception cref="ModelPackException">MPK2003: the difference is too large; MPK2004: a logit is no number.</exception>
    public static LogitDifference Require(DecoderArchitecture architecture, float[] reference, float[] packed, double tolerance, string bits)
    {
        bool right = FiniteCheck.IndexOfNotFinite(reference) < 0;
        if (!right || FiniteCheck.IndexOfNotFinite(packed) >= 0)
        {
            string which = right ? "packed model" : "unquantized model";
            throw new ModelPackException(VerificationErrors.NotFinite, $"{architecture.ConfigFile}: the {which} gives logits that are no numbers; the checkpoint does not fit its config.json, or needs Target 'cpu'.");
        }

        LogitDifference difference = LogitComparison.Compare(reference, packed, architecture.VocabularySize);
        return difference.RelativeError <= tolerance ? difference : throw new ModelPackException(
            VerificationErrors.LogitsDiffer,
            $"{architecture.ConfigFile}: the packed model's logits differ by {difference.RelativeError:g3} (norm of the difference by norm) from the unquantized model's, {tolerance} is allowed at {bits}; nothing was published. Use more bits or smaller groups.");
    }
}
