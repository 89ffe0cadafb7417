using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Rope;

/// <summary>What a rope variant is computed from. <see cref="Section"/> is rope_scaling or rope_parameters; null when there is neither.</summary>
internal sealed record RopeSettings(ModelConfig Config, ModelConfig? Section, double Theta, int Dimension, int MaxPositions)
{
    /// <summary>The field factor, which most variants need.</summary>
    /// <exception cref="ModelPackException">MPK1202, MPK1204: it is missing or below 1.</exception>
    public double Factor()
    {
        double factor = Section!.Number("factor");
        return factor >= 1 ? factor : throw Section.Invalid("factor", $"is {factor}; it must be at least 1");
    }

    /// <summary>original_max_position_embeddings of the section, else max_position_embeddings.</summary>
    public int OriginalMaxPositions() => Section!.Integer("original_max_position_embeddings", MaxPositions, 1);
}
