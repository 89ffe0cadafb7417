using ModelPack.Quantization.Activations;
using System.Text;
using ModelPack.Packing.Calibration;

namespace ModelPack.Packing.Recipes;

/// <summary>
/// Everything that is said about how one model is packed: the values of <see cref="SettingTable"/>, checked. Immutable,
/// thread-safe; made by <see cref="Parse"/>, so that an instance outside this assembly is always a valid one.
/// </summary>
public sealed partial record Recipe
{
    /// <summary>The recipe with every setting absent: 4 bits in groups of 32 for the CPU.</summary>
    public static Recipe Default { get; } = new();

    /// <summary>Name of the packed model; null: the name of the source folder or file.</summary>
    public string? Name { get; internal init; }

    /// <summary>
    /// Bits of linear weights as given; 16: not quantized. null: not given, which means <see cref="DefaultBits"/>, or the codes that the source has.
    /// </summary>
    public int? Bits { get; internal init; }

    /// <summary>Consecutive inputs that share a scale.</summary>
    public GroupSize GroupSize { get; internal init; } = new(32);

    /// <summary>True: no zero points.</summary>
    public bool Symmetric { get; internal init; }

    /// <summary>How codes are chosen.</summary>
    public QuantizationMethod Method { get; internal init; }

    /// <summary>True when activations become 8-bit too.</summary>
    public bool QuantizesActivations => Method is QuantizationMethod.Dynamic or QuantizationMethod.Static;

    /// <summary>How fixed ranges of activations follow from samples; null: not given, which means <see cref="RangeMethod.MeanSquaredError"/>. For Method static.</summary>
    public RangeMethod? ActivationRange { get; internal init; }

    /// <summary>True when <see cref="Method"/> was asked for and is no default.</summary>
    internal bool MethodIsGiven { get; init; }

    /// <summary>Bits of the output head as given; null: not given, which means <see cref="DefaultTableBits"/>.</summary>
    public int? HeadBits { get; internal init; }

    /// <summary>Bits of the embedding table as given; null: not given, which means <see cref="DefaultTableBits"/>.</summary>
    public int? EmbeddingBits { get; internal init; }

    /// <summary>Rules by tensor name; the last match wins.</summary>
    public IReadOnlyList<WeightOverride> Overrides { get; internal init; } = [];

    /// <summary>The container.</summary>
    public ContainerFormat Format { get; internal init; }

    /// <summary>GGUF file type; null for ONNX.</summary>
    public string? Type { get; internal init; }

    /// <summary>The device the model is for.</summary>
    public PackTarget Target { get; internal init; }

    /// <summary>Full path of the calibration text; null: the model writes its own.</summary>
    public string? Calibration { get; internal init; }

    /// <summary>Samples of calibration text; null: 128.</summary>
    public int? CalibrationSamples { get; internal init; }

    /// <summary>Tokens of a sample; null: 512.</summary>
    public int? CalibrationLength { get; internal init; }

    /// <summary>Parts of GPTQ that are used; null: all, with targets where they help.</summary>
    public GptqParts? GptqParts { get; internal init; }

    /// <summary>Average bits of a weight that mixed precision aims at; null: no mixed precision.</summary>
    public decimal? TargetBitsPerWeight { get; internal init; }

    /// <summary>Bytes of output that mixed precision aims at; null: no mixed precision.</summary>
    public long? TargetSize { get; internal init; }

    /// <summary>Full path of the text that the gate is measured on; null: none.</summary>
    public string? EvaluationText { get; internal init; }

    /// <summary>Largest allowed increase of perplexity, as a fraction; null: no limit.</summary>
    public decimal? MaxPerplexityIncrease { get; internal init; }

    /// <summary>Largest allowed mean KL divergence in nats; null: no limit.</summary>
    public decimal? MaxKlDivergence { get; internal init; }

    /// <summary>Smallest allowed top-1 agreement, 0 to 1; null: no limit.</summary>
    public decimal? MinTopAgreement { get; internal init; }

    /// <summary>Smallest allowed cosine between an output and the unquantized model's, 0 to 1; null: no limit. For ONNX models.</summary>
    public decimal? MinCosine { get; internal init; }

    /// <summary>Full paths of the adapters' folders; empty: none.</summary>
    public IReadOnlyList<string> Adapters { get; internal init; } = [];

    /// <summary>What becomes of the adapters.</summary>
    public AdapterMode AdapterMode { get; internal init; }

    /// <summary>How past keys and values are kept.</summary>
    public KvCacheType KvCache { get; internal init; }

    /// <summary>Full path of the recipe file that was read; null: none.</summary>
    public string? RecipeFile { get; internal init; }

    /// <summary>Bits of linear weights where they are not given and the source has no codes.</summary>
    public static int DefaultBits => 4;

    /// <summary>Bits of head and embedding where they are not given.</summary>
    public static int DefaultTableBits => 8;

    /// <summary>
    /// The settings that decide the bytes of the packed model, one <c>Name=value</c> a line, in the order of the table:
    /// the same for every spelling of the same recipe, and read back by <see cref="ParseCanonical"/>. Name, paths and limits are not part of it.
    /// </summary>
    public string Canonical => Write(setting => setting.DecidesOutput);

    /// <summary>The canonical texts of all settings that have a value, by name, in the order of the table.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings =>
    [
        .. from setting in SettingTable.All
           let text = setting.Format(this)
           where text is not null
           select KeyValuePair.Create(setting.Name, text),
    ];

    /// <summary>True when nothing asks for other codes than a quantized source has.</summary>
    internal bool KeepsStoredCodes => Bits is null && Method == QuantizationMethod.RoundToNearest && TargetBitsPerWeight is null && TargetSize is null
        && !Overrides.Any(rule => rule.Method is { } method && CalibratedMethods.UsesInputs(method));

    /// <summary>True when every setting has the same value.</summary>
    public bool Equals(Recipe? other) => other is not null && Write(_ => true) == other.Write(_ => true);

    /// <inheritdoc/>
    public override int GetHashCode() => Write(_ => true).GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical text.</summary>
    public override string ToString() => Canonical;

    private string Write(Func<SettingDefinition, bool> include)
    {
        var text = new StringBuilder();
        foreach (SettingDefinition setting in SettingTable.All.Where(include))
        {
            if (setting.Format(this) is { } value)
            {
                text.Append(setting.Name).Append('=').Append(value).Append('\n');
            }
        }

        return text.ToString();
    }
}
