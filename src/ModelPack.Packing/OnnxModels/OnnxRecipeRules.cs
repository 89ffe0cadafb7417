using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.OnnxModels;

/// <summary>What cannot be asked of an ONNX model: refused by name, never passed over.</summary>
internal static class OnnxRecipeRules
{
    private static readonly QuantizationMethod[] Methods = [QuantizationMethod.RoundToNearest, QuantizationMethod.Gptq, QuantizationMethod.Dynamic, QuantizationMethod.Static];

    // A rule looks at a whole recipe and says what does not fit, or null.
    private static readonly Func<Recipe, string?>[] Rules =
    [
        recipe => recipe.Format != ContainerFormat.Onnx ? "Format gguf is for language models; leave Format out." : null,
        recipe => Methods.Contains(recipe.Method) ? null : NoMethod("Method", recipe.Method),
        recipe => recipe.Overrides.FirstOrDefault(rule => rule.Method is { } method && (!Methods.Contains(method) || method is QuantizationMethod.Dynamic or QuantizationMethod.Static)) is { } rule ? NoMethod($"Override '{rule}'", rule.Method!.Value) : null,
        recipe => recipe.Method == QuantizationMethod.Gptq && recipe.Calibration is null ? "Method gptq needs the inputs of every product, and an ONNX model writes no text of its own; name a folder of samples with Calibration, or choose rtn." : null,
        recipe => recipe.Method == QuantizationMethod.Static && recipe.Calibration is null ? "Method static fixes the ranges of activations, which only samples can tell; name a folder of samples with Calibration, or choose dynamic." : null,
        recipe => recipe.QuantizesActivations && recipe.Bits is not (null or 8) ? $"Method {SettingSyntax.Method.Format(recipe.Method)} makes weights and activations 8-bit and Bits is {recipe.Bits}; leave Bits out, or choose rtn." : null,
        recipe => recipe.QuantizesActivations && recipe.Overrides.FirstOrDefault(rule => rule.Bits is not 16) is { } rule ? $"Override '{rule}' asks for other bits than Method {SettingSyntax.Method.Format(recipe.Method)} has; only none can be asked for there." : null,
        recipe => recipe.QuantizesActivations && recipe.Target != PackTarget.Cpu ? $"Method {SettingSyntax.Method.Format(recipe.Method)} is for Target cpu; ONNX Runtime has no kernels for it on CUDA." : null,
        recipe => recipe.ActivationRange is not null && recipe.Method != QuantizationMethod.Static ? "ActivationRange is for Method static; leave it out." : null,
        recipe => recipe.TargetBitsPerWeight is not null ? NotYet("TargetBitsPerWeight") : null,
        recipe => recipe.TargetSize is not null ? NotYet("TargetSize") : null,
        recipe => recipe.EvaluationText is not null ? "EvaluationText is for language models; give samples with Calibration, and MinCosine or MinTopAgreement." : null,
        recipe => recipe.MaxPerplexityIncrease is not null ? "MaxPerplexityIncrease is for language models; use MinCosine or MinTopAgreement." : null,
        recipe => recipe.MaxKlDivergence is not null ? "MaxKlDivergence is for language models; use MinCosine or MinTopAgreement." : null,
        recipe => recipe.KvCache != KvCacheType.Float ? "KvCache is for language models; leave it out." : null,
        recipe => recipe.Adapters.Count > 0 ? "Adapter is for language models; merge it before the model is exported." : null,
    ];

    /// <summary>Throws for the first rule that is broken.</summary>
    /// <exception cref="ModelPackException">MPK1465.</exception>
    public static void Require(Recipe recipe, string location)
    {
        if (Rules.Select(rule => rule(recipe)).FirstOrDefault(message => message is not null) is { } broken)
        {
            throw new ModelPackException(OnnxModelErrors.NotForOnnx, $"{location} is an ONNX model: {broken}");
        }
    }

    /// <summary>HeadBits means a table that is looked up and multiplied with as well; without one it would be passed over.</summary>
    /// <exception cref="ModelPackException">MPK1465.</exception>
    public static void RequireTables(Recipe recipe, string location, bool hasTable, bool hasTiedTable)
    {
        if (recipe.HeadBits is not null && !hasTiedTable)
        {
            throw new ModelPackException(OnnxModelErrors.NotForOnnx, $"{location} is an ONNX model: HeadBits is for a table that is looked up and multiplied with as well, and it has none; use Override with the name of the weight.");
        }

        if (recipe.EmbeddingBits is not null && !hasTable)
        {
            throw new ModelPackException(OnnxModelErrors.NotForOnnx, $"{location} is an ONNX model: EmbeddingBits is for tables that are looked up, and it has none; leave it out.");
        }
    }

    private static string NoMethod(string what, QuantizationMethod method) =>
        $"{what} asks for {SettingSyntax.Method.Format(method)}, which is not for such models; choose {string.Join(", ", Methods.Select(SettingSyntax.Method.Format))}.";

    private static string NotYet(string name) => $"{name} is for language models; choose Bits, and other bits for single weights with Override.";
}
