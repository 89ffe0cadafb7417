using ModelPack.Packing.Recipes.Syntax;

namespace ModelPack.Packing.Recipes;

/// <summary>The one table of all settings.</summary>
public static class SettingTable
{
    /// <summary>The setting that names a recipe file.</summary>
    public static SettingDefinition Recipe { get; } = Define(
        "Recipe",
        new TextSyntax("a JSON file"),
        recipe => recipe.RecipeFile,
        (recipe, value) => recipe with { RecipeFile = value },
        "A file with any of these settings; a setting given beside it wins over the file.",
        isPath: true,
        decidesOutput: false);

    /// <summary>The setting whose default depends on Target.</summary>
    public static SettingDefinition GroupSize { get; } = Define(
        "GroupSize",
        SettingSyntax.GroupSize,
        recipe => recipe.GroupSize,
        (recipe, value) => recipe with { GroupSize = value },
        "Consecutive inputs that share a scale.",
        formats: "onnx",
        defaultText: "32 for Target cpu, 128 for cuda");

    /// <summary>Every setting, in the order of the documentation and of the canonical text.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        Define(
            "Name",
            new FolderNameSyntax(),
            recipe => recipe.Name,
            (recipe, value) => recipe with { Name = value },
            "Name of the packed model; a build puts it into models/<Name>/.",
            defaultText: "name of the source folder or file",
            decidesOutput: false),
        Define(
            "Bits",
            SettingSyntax.Bits,
            recipe => recipe.Bits,
            (recipe, value) => recipe with { Bits = value },
            "Bits of the linear weights; 16 leaves them alone. Format onnx stores 2, 4, 8 and 16; for Format gguf it stands for Type Q2_K, Q3_K_M, Q4_K_M, Q5_K_M, Q6_K or Q8_0.",
            defaultText: "4; for an encoder 8; from a GGUF file: every weight as it is stored"),
        GroupSize,
        Define(
            "Symmetric",
            SettingSyntax.Boolean,
            recipe => recipe.Symmetric,
            (recipe, value) => recipe with { Symmetric = value },
            "True stores no zero points.",
            formats: "onnx",
            defaultText: "false"),
        Define(
            "Method",
            SettingSyntax.Method,
            recipe => recipe.Method,
            (recipe, value) => recipe with { Method = value, MethodIsGiven = true },
            "How codes of the linear weights are chosen: rtn rounds to nearest with searched scales and zero points, hqq fits real-valued zero points, nf4 and fp4 round to 4-bit floats. For ONNX models dynamic and static also make activations 8-bit.",
            defaultText: "rtn; for an encoder with 8 bits dynamic"),
        Define(
            "ActivationRange",
            SettingSyntax.ActivationRange,
            recipe => recipe.ActivationRange,
            (recipe, value) => recipe with { ActivationRange = value },
            "For Method static: how the range of an activation follows from the samples. mse has the least squared error, minmax clips nothing, percentile leaves out 0.001 % of the values, entropy the least divergence.",
            formats: "onnx",
            defaultText: "mse"),
        Define(
            "HeadBits",
            SettingSyntax.TableBits,
            recipe => recipe.HeadBits,
            (recipe, value) => recipe with { HeadBits = value },
            "Bits of the output head. A model with one table for head and embedding takes whichever of the two is given.",
            defaultText: "8"),
        Define(
            "EmbeddingBits",
            SettingSyntax.TableBits,
            recipe => recipe.EmbeddingBits,
            (recipe, value) => recipe with { EmbeddingBits = value },
            "Bits of the embedding table.",
            defaultText: "8"),
        Define(
            "Override",
            new OverrideSyntax(),
            recipe => recipe.Overrides.Count > 0 ? recipe.Overrides : null,
            (recipe, value) => recipe with { Overrides = value },
            "Other values for the weights whose names match (* and ? are wildcards, the last match wins); none leaves a weight alone. Format gguf also takes a tensor's type, such as Q6_K.",
            isList: true),
        Define(
            "Format",
            SettingSyntax.Format,
            recipe => recipe.Format,
            (recipe, value) => recipe with { Format = value },
            "The container that is written.",
            defaultText: "onnx"),
        Define(
            "Type",
            SettingSyntax.GgufType,
            recipe => recipe.Type,
            (recipe, value) => recipe with { Type = value },
            "The GGUF file type, with llama.cpp's mixture of tensor types; the weights keep their own types under F32, F16 and BF16.",
            formats: "gguf",
            defaultText: "what Bits stands for"),
        Define(
            "Target",
            SettingSyntax.Target,
            recipe => recipe.Target,
            (recipe, value) => recipe with { Target = value },
            "The device: cpu has float32 activations, cuda float16; kernels are chosen for it.",
            formats: "onnx",
            defaultText: "cpu"),
        Define(
            "Calibration",
            new TextSyntax("a .txt or .jsonl file; for Format gguf also an importance matrix of llama.cpp; for ONNX models a folder of .npy or .json samples"),
            recipe => recipe.Calibration,
            (recipe, value) => recipe with { Calibration = value },
            "Text that activations are measured on. Format gguf weighs its errors by them, and without it all inputs count the same.",
            defaultText: "the model writes its own text from a fixed seed",
            isPath: true,
            decidesOutput: false),
        Define(
            "CalibrationSamples",
            new IntegerSyntax(1, 100_000),
            recipe => recipe.CalibrationSamples,
            (recipe, value) => recipe with { CalibrationSamples = value },
            "Samples taken from the calibration text.",
            defaultText: "128"),
        Define(
            "CalibrationLength",
            new IntegerSyntax(1, 1_000_000),
            recipe => recipe.CalibrationLength,
            (recipe, value) => recipe with { CalibrationLength = value },
            "Tokens of a calibration sample.",
            defaultText: "512"),
        Define(
            "GptqParts",
            new GptqPartsSyntax(),
            recipe => recipe.GptqParts,
            (recipe, value) => recipe with { GptqParts = value },
            "Parts of gptq that are used beside its sweep, to measure what each is worth; auto-targets decides on held-out calibration rows.",
            defaultText: "order,search,auto-targets,descent,refit"),
        Define(
            "TargetBitsPerWeight",
            new NumberSyntax(1, 16),
            recipe => recipe.TargetBitsPerWeight,
            (recipe, value) => recipe with { TargetBitsPerWeight = value },
            "Average stored bits of the linear weights; bits are spread over them to meet it."),
        Define(
            "TargetSize",
            new ByteSizeSyntax(),
            recipe => recipe.TargetSize,
            (recipe, value) => recipe with { TargetSize = value },
            "Size of the packed model; bits are spread over the linear weights to meet it."),
        Define(
            "EvaluationText",
            new TextSyntax("a text file, or .jsonl with text members"),
            recipe => recipe.EvaluationText,
            (recipe, value) => recipe with { EvaluationText = value },
            "Text that the packed model is measured on beside its source: the first 40 windows of 512 tokens, predictions of their second halves; the numbers are in modelpack.json.",
            isPath: true,
            decidesOutput: false),
        Define(
            "MaxPerplexityIncrease",
            new NumberSyntax(0, 10, percent: true),
            recipe => recipe.MaxPerplexityIncrease,
            (recipe, value) => recipe with { MaxPerplexityIncrease = value },
            "Fails when perplexity on EvaluationText grows by more than this against the unquantized model.",
            decidesOutput: false),
        Define(
            "MaxKlDivergence",
            new NumberSyntax(0, 100),
            recipe => recipe.MaxKlDivergence,
            (recipe, value) => recipe with { MaxKlDivergence = value },
            "Fails when the mean KL divergence (nats) from the unquantized model is larger.",
            decidesOutput: false),
        Define(
            "MinTopAgreement",
            new NumberSyntax(0, 1),
            recipe => recipe.MinTopAgreement,
            (recipe, value) => recipe with { MinTopAgreement = value },
            "Fails when the most likely token, or class of an ONNX model, agrees with the unquantized model's less often.",
            decidesOutput: false),
        Define(
            "MinCosine",
            new NumberSyntax(0, 1),
            recipe => recipe.MinCosine,
            (recipe, value) => recipe with { MinCosine = value },
            "Fails when the cosine between an output of the packed ONNX model and the unquantized model's is smaller on any sample.",
            formats: "onnx",
            decidesOutput: false),
        Define(
            "Adapter",
            new PathListSyntax("the folder of a LoRA adapter (adapter_config.json, adapter_model.safetensors); several for AdapterMode separate"),
            recipe => recipe.Adapters.Count > 0 ? recipe.Adapters : null,
            (recipe, value) => recipe with { Adapters = value },
            "Adapters for the model of a Hugging Face folder.",
            isPath: true,
            isList: true,
            decidesOutput: false),
        Define(
            "AdapterMode",
            SettingSyntax.AdapterMode,
            recipe => recipe.AdapterMode == AdapterMode.Merge ? (AdapterMode?)null : recipe.AdapterMode,
            (recipe, value) => recipe with { AdapterMode = value },
            "merge adds the adapter to the weights before they are quantized; separate writes NAME.onnx_adapter files, named by their folders, that a request switches on.",
            defaultText: "merge",
            decidesOutput: false),
        Define(
            "KvCache",
            SettingSyntax.KvCache,
            recipe => recipe.KvCache,
            (recipe, value) => recipe with { KvCache = value },
            "How keys and values of past tokens are kept.",
            formats: "onnx",
            defaultText: "float"),
        Recipe,
    ];

    /// <summary>
    /// Metadata of a QuantizedModel item that is about the item and its copies, not about quantization;
    /// <see cref="Recipes.Recipe.Parse"/> passes over it.
    /// </summary>
    public static IReadOnlyList<string> ItemMetadata { get; } =
    [
        "CopyToOutputDirectory", "CopyToPublishDirectory", "ExcludeFromSingleFile", "Pack", "PackagePath", "Link", "LinkBase",
        "TargetPath", "Visible", "SubType", "BuildReference", "NuGetPackageId", "IsImplicitlyDefined",
    ];

    /// <summary>The setting of this name in any of its spellings, without regard to case; null when there is none.</summary>
    public static SettingDefinition? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(setting =>
            setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || setting.OptionName.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The setting of this name.</summary>
    /// <exception cref="ModelPackException">There is none; the message suggests the nearest (MPK1301).</exception>
    public static SettingDefinition Get(string name) => Find(name) ?? throw new ModelPackException(
        RecipeErrors.UnknownSetting,
        NearestName.Find(name, All.Select(setting => setting.Name)) is { } nearest
            ? $"There is no setting '{name}' (did you mean '{nearest}'?)."
            : $"There is no setting '{name}'; the settings are {string.Join(", ", All.Select(setting => setting.Name))}.");

    /// <summary>True for metadata that says how an item is copied or shown, not how a model is packed.</summary>
    public static bool IsItemMetadata(string name) => ItemMetadata.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The group size of a recipe that gives none.</summary>
    internal static GroupSize DefaultGroupSize(PackTarget target) => new(target == PackTarget.Cuda ? 128 : 32);

    private static TypedSetting<T> Define<T>(
        string name,
        ValueSyntax<T> syntax,
        Func<Recipe, T?> get,
        Func<Recipe, T, Recipe> set,
        string meaning,
        string defaultText = "",
        string formats = "onnx, gguf",
        bool decidesOutput = true,
        bool isPath = false,
        bool isList = false,
        bool isAvailable = true)
        where T : class =>
        new(name, syntax, recipe => (get(recipe) is not null, get(recipe)!), set, meaning)
        {
            Default = defaultText,
            Formats = formats,
            DecidesOutput = decidesOutput,
            IsPath = isPath,
            IsList = isList,
            IsAvailable = isAvailable,
        };

    private static TypedSetting<T> Define<T>(
        string name,
        ValueSyntax<T> syntax,
        Func<Recipe, T?> get,
        Func<Recipe, T, Recipe> set,
        string meaning,
        string defaultText = "",
        string formats = "onnx, gguf",
        bool decidesOutput = true,
        bool isAvailable = true)
        where T : struct =>
        new(name, syntax, recipe => (get(recipe).HasValue, get(recipe).GetValueOrDefault()), set, meaning)
        {
            Default = defaultText,
            Formats = formats,
            DecidesOutput = decidesOutput,
            IsAvailable = isAvailable,
        };
}
