using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.Calibration;

/// <summary>Says which weights a text was too short for.</summary>
internal static class FewTokens
{
    // With fewer tokens than this for each input the Hessian is poor: its error on other text grows fast below it.
    private const int WantedPerInput = 2;

    /// <summary>One sentence a width; the same whether decisions were taken now or found in the store.</summary>
    public static IReadOnlyList<string> Warnings(PackJob job, CalibrationRows rows)
    {
        // A router gives an expert its share of the tokens, more or less.
        DecoderArchitecture architecture = job.Source.Architecture;
        HashSet<string> experts = [.. architecture.Blocks.SelectMany(layer => layer.Mixture?.Experts ?? []).SelectMany(expert => new[] { expert.Gate, expert.Up, expert.Down }).OfType<Linear>().Select(linear => linear.Weight.Name)];
        int chosen = architecture.Family.Mixture?.Chosen ?? 1, of = architecture.Blocks.Max(layer => layer.Mixture?.Experts.Count ?? 1);
        return
        [
            .. from weight in job.Source.Architecture.Weights
           where weight.IsMatrix && job.StorageOf(weight) is WeightStorage.Quantized && CalibratedMethods.UsesInputs(job.MethodOf(weight))
           let isExpert = experts.Contains(weight.Name)
           let tokens = isExpert ? rows.Tokens * chosen / of : rows.Tokens
           where tokens < (long)WantedPerInput * weight.Columns
           group weight by (weight.Columns, isExpert, tokens) into weights
           let others = weights.Count() - 1
           let key = weights.Key
           select $"{weights.First().Name}{(others > 0 ? $" and {others} more weights were" : " was")} calibrated with {(key.isExpert ? "about " : "")}{key.tokens} tokens for {key.Columns} inputs; {WantedPerInput * key.Columns} or more make a better model: raise CalibrationSamples or give a longer text.",
        ];
    }
}
