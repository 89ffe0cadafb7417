namespace ModelPack.Packing.Architectures.Families;

/// <summary>Modules of one expert's layers, {0} being the expert, as weights are called whether a checkpoint stacks the experts or not.</summary>
internal sealed record ExpertNames(string Gate, string Up, string Down)
{
    /// <summary>The names of experts that stand in one tensor together.</summary>
    public static ExpertNames OfStacked { get; } = new("mlp.experts.{0}.gate_proj", "mlp.experts.{0}.up_proj", "mlp.experts.{0}.down_proj");

    /// <summary>The names in a family.</summary>
    public static ExpertNames Of(MixtureStyle style) => style.Layout == ExpertLayout.Separate ? new(style.Gate, style.Up, style.Down) : OfStacked;
}
