using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.Recipes;

/// <summary>What values must not stand together, and what this version cannot do.</summary>
internal static class RecipeRules
{
    private static readonly int[] OnnxBits = [2, 4, 8, 16];

    // A rule looks at a whole recipe and says what does not fit, or null.
    private static readonly Func<Recipe, string?>[] Rules =
    [
        recipe => IsOnnx(recipe) && recipe.Bits is { } bits && !OnnxBits.Contains(bits) ? BitsMessage("Bits", bits) : null,
        recipe => IsOnnx(recipe) && recipe.Overrides.FirstOrDefault(rule => rule.Type is not null) is { } rule
            ? $"Override '{rule}' names a GGUF type and Format is onnx; write bits instead."
            : null,
        recipe => IsOnnx(recipe) && recipe.Overrides.FirstOrDefault(rule => !OnnxBits.Contains(rule.Bits)) is { } rule
            ? BitsMessage($"Override '{rule}'", rule.Bits)
            : null,
        recipe => IsOnnx(recipe) && recipe.Type is { } type
            ? $"Type '{type}' is a GGUF file type and Format is onnx; leave Type out and choose Bits, GroupSize and Symmetric."
            : null,
        recipe => !IsOnnx(recipe) && recipe.Method != QuantizationMethod.RoundToNearest
            ? $"Format gguf has block formats of its own, whose scales and codes are searched together, and the method {SettingSyntax.Method.Format(recipe.Method)} chooses codes of other ones; leave Method out, and give Calibration to weigh the errors by a text."
            : null,
        recipe => !IsOnnx(recipe) && recipe.Overrides.FirstOrDefault(rule => rule.Method is not null || rule.GroupSize is not null) is { } rule
            ? $"Override '{rule}' names a group or a method, and GGUF's block formats have their own; write bits or a type, such as Q6_K."
            : null,
        recipe => !IsOnnx(recipe) && (recipe.Symmetric || recipe.GroupSize != SettingTable.DefaultGroupSize(recipe.Target))
            ? "GroupSize and Symmetric are for Format onnx, and GGUF's block formats have their own; leave them out, and choose a Type."
            : null,
        recipe => !IsOnnx(recipe) && (recipe.Target != PackTarget.Cpu || recipe.KvCache != KvCacheType.Float)
            ? "Target and KvCache are for Format onnx; llama.cpp decides both when it opens the file, so leave them out."
            : null,
        recipe => recipe.AdapterMode == AdapterMode.Separate && !IsOnnx(recipe)
            ? "AdapterMode separate is for Format onnx; merge the adapter, or convert it with llama.cpp and load it beside the file."
            : null,
        recipe => recipe.AdapterMode == AdapterMode.Separate && recipe.Adapters.Count == 0
            ? "AdapterMode is separate and no Adapter is given; name the folders of the adapters."
            : null,
        recipe => recipe.AdapterMode == AdapterMode.Merge && recipe.Adapters.Count > 1
            ? "Several adapters are given, and a merged model has one; pack one model for each, or take AdapterMode separate."
            : null,
        recipe => recipe.AdapterMode == AdapterMode.Separate && (IsAwq(recipe.Method) || recipe.Overrides.Any(rule => rule.Method is { } method && IsAwq(method)))
            ? "AdapterMode separate and the method awq are both given; awq scales the inputs that adapters read. Take gptq or rtn, or merge the adapter."
            : null,
        recipe => recipe.Type is { } type && recipe.Bits is { } bits
            ? $"Type '{type}' and Bits {bits} are both given; Type decides, leave Bits out."
            : null,
        recipe => recipe.Type is { } type && BitBudget.IsAsked(recipe)
            ? $"Type '{type}' is given, and TargetBitsPerWeight and TargetSize choose the types themselves; leave one of them out."
            : null,
        recipe => IsFloat(recipe.Method) && recipe.Bits is { } bits and not (4 or 16) ? FloatMessage("Bits", bits, recipe.Method) : null,
        recipe => recipe.Overrides.FirstOrDefault(rule => rule.Method is { } method && IsFloat(method) && rule.Bits is not (4 or 16)) is { } rule
            ? FloatMessage($"Override '{rule}'", rule.Bits, rule.Method!.Value)
            : null,
        recipe => recipe.Symmetric && (recipe.Method == QuantizationMethod.Hqq || recipe.Overrides.Any(rule => rule.Method == QuantizationMethod.Hqq))
            ? "Symmetric is true and the method hqq is asked for, which stores an offset for every group; leave Symmetric out, or choose rtn."
            : null,
        recipe => recipe.TargetBitsPerWeight is not null && recipe.TargetSize is not null
            ? "TargetBitsPerWeight and TargetSize are both given; one of them decides, leave the other out."
            : null,
        recipe => (recipe.TargetBitsPerWeight is not null || recipe.TargetSize is not null) && recipe.Method is QuantizationMethod.Hqq or QuantizationMethod.Nf4 or QuantizationMethod.Fp4
            ? "TargetBitsPerWeight and TargetSize choose among 2, 4 and 8 bits in whole-number codes, and the method has codes of its own; use rtn, gptq or awq."
            : null,
    ];

    /// <summary>Throws for the first rule that is broken (MPK1304), for a limit that nothing is measured for (MPK1311), then for the first thing that is not built (MPK1303).</summary>
    public static void Require(Recipe recipe)
    {
        if (Rules.Select(rule => rule(recipe)).FirstOrDefault(message => message is not null) is { } broken)
        {
            throw new ModelPackException(RecipeErrors.ValuesDoNotFit, broken);
        }

        if (GateLimits.OfText(recipe).FirstOrDefault() is { } limit)
        {
            RequireText(recipe, limit);
        }

        if (SettingTable.All.Select(setting => setting.Missing(recipe)).FirstOrDefault(message => message is not null) is { } missing)
        {
            throw new ModelPackException(RecipeErrors.NotInThisVersion, missing);
        }
    }

    /// <summary>Refuses what language models cannot be asked for, once it is known that the source is one.</summary>
    /// <exception cref="ModelPackException">MPK1304, MPK1311.</exception>
    public static void RequireForDecoder(Recipe recipe)
    {
        if (recipe.Method is QuantizationMethod.Dynamic or QuantizationMethod.Static)
        {
            throw new ModelPackException(
                RecipeErrors.ValuesDoNotFit, $"Method {SettingSyntax.Method.Format(recipe.Method)} is for ONNX files and encoders, and the kernels of language models make activations 8-bit by themselves; leave Method out, or choose gptq.");
        }

        if (recipe.ActivationRange is not null)
        {
            throw new ModelPackException(RecipeErrors.ValuesDoNotFit, "ActivationRange is for Method static of ONNX files and encoders, and this is a language model; leave it out.");
        }

        if (recipe.MinCosine is not null)
        {
            throw new ModelPackException(RecipeErrors.ValuesDoNotFit, "MinCosine is for ONNX files and encoders, and this is a language model; use MinTopAgreement, MaxKlDivergence or MaxPerplexityIncrease.");
        }

        if (GateLimits.Names(recipe).FirstOrDefault() is { } limit)
        {
            RequireText(recipe, limit);
        }
    }

    private static void RequireText(Recipe recipe, string limit)
    {
        if (recipe.EvaluationText is null)
        {
            throw new ModelPackException(
                RecipeErrors.LimitWithoutText, $"{limit} is given and EvaluationText is not; name a text file that is like what the model will read, at least some pages long.");
        }
    }

    private static bool IsOnnx(Recipe recipe) => recipe.Format == ContainerFormat.Onnx;

    private static bool IsAwq(QuantizationMethod method) => method is QuantizationMethod.Awq or QuantizationMethod.AwqGptq;

    private static bool IsFloat(QuantizationMethod method) => method is QuantizationMethod.Nf4 or QuantizationMethod.Fp4;

    private static string FloatMessage(string what, int bits, QuantizationMethod method) =>
        $"{what} asks for {bits} bits, and {SettingSyntax.Method.Format(method)} has 4; choose 4 bits or another method.";

    private static string BitsMessage(string what, int bits) =>
        $"{what} asks for {bits} bits, and Format onnx stores 2, 4, 8 or 16 bits; choose one of these.";
}
