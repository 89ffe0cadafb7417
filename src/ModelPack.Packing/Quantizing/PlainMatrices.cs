using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;

namespace ModelPack.Packing.Quantizing;

/// <summary>Decisions that depend on nothing but a weight and its settings.</summary>
internal static class PlainMatrices
{
    /// <summary>Key of such a decision.</summary>
    public static string KeyOf(PackJob job, DecoderWeight weight, QuantizationScheme scheme) =>
        PackKeys.OfMatrix(weight, scheme, SettingSyntax.Method.Format(job.MethodOf(weight)), job.Importance?.HashOf(weight) ?? string.Empty, job.FileHashOf(weight), job.Source.PlaceOf(weight).Offset);

    /// <summary>Decides a weight.</summary>
    public static QuantizationOutcome Decide(PackJob job, DecoderWeight weight, QuantizationScheme scheme, CancellationToken cancellation)
    {
        IWeightRows rows = job.Source.Rows(weight);
        QuantizationOutcome outcome = MatrixQuantizer.Quantize(
            rows, scheme, job.MethodOf(weight), job.Importance?.Of(weight) ?? default, new ParallelOptions { MaxDegreeOfParallelism = job.Threads, CancellationToken = cancellation });
        rows.Release();
        return outcome;
    }

    /// <summary>The decision in the store, or a new one, which is then kept there.</summary>
    public static QuantizationOutcome FindOrDecide(PackJob job, DecoderWeight weight, QuantizationScheme scheme, CancellationToken cancellation)
    {
        string key = KeyOf(job, weight, scheme);
        if (MatrixCache.TryRead(job.Request.Store, key, scheme, weight) is { } known)
        {
            return known;
        }

        QuantizationOutcome outcome = Decide(job, weight, scheme, cancellation);
        MatrixCache.Write(job.Request.Store, key, outcome);
        return outcome;
    }
}
