namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>One allowed value of a choice.</summary>
/// <param name="Text">Its one spelling; read without regard to case.</param>
/// <param name="Value">What it stands for.</param>
/// <param name="Available">False while the feature behind it is not built: known, in range, and refused.</param>
internal sealed record Choice<T>(string Text, T Value, bool Available = true);
