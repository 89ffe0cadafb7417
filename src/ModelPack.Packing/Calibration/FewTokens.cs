using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.Calibration;

/// <summary>Says which weights a text was too short for.</summary>
internal static class FewTokens
{
    // With fewer tokens than this for each input the Hessian is poor: its error on other text grows fast below it.
    private const int WantedPerInput = 2;

    /// <summary>One sentence a width; the same whether decisions were taken now or found in the store.</summary>
    public static IReadOnlyList<string> Warnings(PackJob job, CalibrationRows rows) =>
    [
        .. from weight in job.Source.Architecture.Weights
           where weight.IsMatrix && job.StorageOf(weight) is WeightStorage.Quantized && CalibratedMethods.UsesInputs(job.MethodOf(weight))
           where rows.Tokens < (long)WantedPerInput * weight.Columns
           group weight by weight.Columns into weights
           let others = weights.Count() - 1
           select $"{weights.First().Name}{(others > 0 ? $" and {others} more weights were" : " was")} calibrated with {rows.Tokens} tokens for {weights.Key} inputs; {WantedPerInput * weights.Key} or more make a better model: raise CalibrationSamples or give a longer text.",
    ];
}
