namespace ModelPack.Packing.Architectures.Rope;

/// <summary>The query at position p is multiplied by 1 + Beta ln(1 + floor(p / Period)).</summary>
internal sealed record QueryGrowth(float Beta, int Period)
{
    private const string Field = "llama_4_scaling_beta";

    /// <summary>Reads the rope section; null where it has no such field.</summary>
    public static QueryGrowth? Read(RopeSettings settings) => settings.Section?.OptionalNumber(Field) is double beta
        ? new QueryGrowth((float)beta, settings.OriginalMaxPositions())
        : null;
}
