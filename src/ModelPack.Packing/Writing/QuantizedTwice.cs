using ModelPack.Packing.Planning;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Writing;

/// <summary>The warning about codes that are chosen from values which were codes already.</summary>
internal static class QuantizedTwice
{
    /// <summary>Gives it where there is an error.</summary>
    /// <param name="job">The job.</param>
    /// <param name="error">Root mean square of the error, relative to the source's values; 0: every value was kept.</param>
    public static void Warn(PackJob job, double error)
    {
        if (error > 0)
        {
            job.Request.Warning?.Invoke(
                SourceErrors.QuantizedTwice,
                FormattableString.Invariant($"{job.Source.Location} is quantized already, and its weights get other codes, as the settings ask: that adds an error of {error:P2} (root mean square, relative to the file's values). Leave out Bits, Method and targets to keep every value, or start from the unquantized model."));
        }
    }
}
