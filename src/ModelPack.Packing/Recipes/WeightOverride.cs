using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Recipes;

/// <summary>One rule of the Override setting: the weights whose names match get these values instead of the recipe's.</summary>
/// <param name="Pattern">A tensor name with <c>*</c> (any characters) and <c>?</c> (one character); case counts.</param>
/// <param name="Bits">Bits of a code; 16: the weight is left alone.</param>
/// <param name="GroupSize">Inputs that share a scale; null: the recipe's.</param>
/// <param name="Method">How the codes are chosen; null: the recipe's.</param>
public sealed record WeightOverride(string Pattern, int Bits, GroupSize? GroupSize, QuantizationMethod? Method)
{
    /// <summary>Type of the weight's GGUF tensor, given in place of bits; null: not given, and always so for Format onnx.</summary>
    public GgufTensorType? Type { get; init; }

    /// <summary>True when the rule is for the weight of this name.</summary>
    public bool Matches(string weightName) => Wildcard.IsMatch(Pattern, weightName);

    /// <summary>The rule as it is written in a recipe.</summary>
    public override string ToString() => Syntax.OverrideSyntax.FormatRule(this);
}
