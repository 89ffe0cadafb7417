namespace ModelPack.Packing.Recipes;

/// <summary>What values must not stand together, and what this version cannot do.</summary>
internal static class RecipeRules
{
    private static readonly int[] OnnxBits = [2, 4, 8, 16];

    // A rule looks at a whole recipe and says what does not fit, or null.
    private static readonly Func<Recipe, string?>[] Rules =
    [
        recipe => IsOnnx(recipe) && !OnnxBits.Contains(recipe.Bits) ? BitsMessage("Bits", recipe.Bits) : null,
        recipe => IsOnnx(recipe) && recipe.Overrides.FirstOrDefault(rule => !OnnxBits.Contains(rule.Bits)) is { } rule
            ? BitsMessage($"Override '{rule}'", rule.Bits)
            : null,
        recipe => IsOnnx(recipe) && recipe.Type is { } type
            ? $"Type '{type}' is a GGUF file type and Format is onnx; leave Type out and choose Bits, GroupSize and Symmetric."
            : null,
        recipe => recipe.TargetBitsPerWeight is not null && recipe.TargetSize is not null
            ? "TargetBitsPerWeight and TargetSize are both given; one of them decides, leave the other out."
            : null,
    ];

    /// <summary>Throws for the first rule that is broken (MPK1304), then for the first thing that is not built (MPK1303).</summary>
    public static void Require(Recipe recipe)
    {
        if (Rules.Select(rule => rule(recipe)).FirstOrDefault(message => message is not null) is { } broken)
        {
            throw new ModelPackException(RecipeErrors.ValuesDoNotFit, broken);
        }

        if (SettingTable.All.Select(setting => setting.Missing(recipe)).FirstOrDefault(message => message is not null) is { } missing)
        {
            throw new ModelPackException(RecipeErrors.NotInThisVersion, missing);
        }
    }

    private static bool IsOnnx(Recipe recipe) => recipe.Format == ContainerFormat.Onnx;

    private static string BitsMessage(string what, int bits) =>
        $"{what} asks for {bits} bits, and Format onnx stores 2, 4, 8 or 16 bits; choose one of these.";
}
