namespace ModelPack.Benchmarks.Fidelity;

/// <summary>A KL divergence (exact arithmetic) that the calibrated road is meant to reach; the cell is that of the full gptq.</summary>
internal sealed record FidelityTarget(string Model, string Setting, double Kl)
{
    public static IReadOnlyList<FidelityTarget> All { get; } =
    [
        new("babyllama-tok105", "4g32s", 0.0085),
        new("babyllama-tok105", "4g32a", 0.0076),
        new("babyllama-tok105", "2g32a", 0.21),
        new("tinytales", "4g32a", 0.0023),
    ];
}
