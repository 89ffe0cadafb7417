using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Gives every layer its sliding window: position i sees the positions i - window + 1 to i; null sees all before it.</summary>
internal sealed record WindowRule
{
    private const string WindowField = "sliding_window";
    private readonly Func<ModelConfig, int, bool> _slides;
    private readonly int? _absentWindow;
    private readonly bool _layerTypesWin;

    private WindowRule(Func<ModelConfig, int, bool> slides, int? absentWindow, bool layerTypesWin)
    {
        _slides = slides;
        _absentWindow = absentWindow;
        _layerTypesWin = layerTypesWin;
    }

    /// <summary>The family has no windows; a sliding_window in the file is not read.</summary>
    public static WindowRule None { get; } = new((_, _) => false, null, false);

    /// <summary>Every layer slides unless sliding_window is null.</summary>
    public static WindowRule EveryLayer(int absentWindow) => new((config, _) => SaysWindow(config), absentWindow, false);

    /// <summary>Every layer slides if sliding_window is there.</summary>
    public static WindowRule WhereGiven { get; } = new((config, _) => config.Has(WindowField), null, false);

    /// <summary>layer_types says which layers slide; without it all do unless sliding_window is null.</summary>
    public static WindowRule LayerTypes(int absentWindow) => new((config, _) => SaysWindow(config), absentWindow, true);

    /// <summary>Layers max_window_layers and above slide when use_sliding_window is true; layer_types wins where present.</summary>
    public static WindowRule AboveMaxWindowLayers(int absentLayers, int absentWindow) => new(
        (config, layer) => config.Flag("use_sliding_window", false) && SaysWindow(config) && layer >= config.Integer("max_window_layers", absentLayers, 0),
        absentWindow,
        true);

    /// <summary>
    /// Every n-th layer sees all, the others slide, n being the field's number or, where it holds a word of L (local) and G
    /// (global), as that word says; layer_types wins where present.
    /// </summary>
    /// <param name="fields">Names of the field; the first that is there counts.</param>
    /// <param name="absentPattern">n when the field is absent.</param>
    /// <param name="absentWindow">sliding_window when absent; null: then no layer slides.</param>
    public static WindowRule Pattern(IReadOnlyList<string> fields, int absentPattern, int? absentWindow) => new(
        (config, layer) => (config.Has(WindowField) || (absentWindow is not null && !config.Declares(WindowField))) && SlidesByPattern(config, fields, absentPattern, layer),
        absentWindow,
        true);

    /// <summary>Even layers slide; layer_types wins where present.</summary>
    public static WindowRule EvenLayers(int absentWindow) => new((config, layer) => SaysWindow(config) && layer % 2 == 0, absentWindow, true);

    /// <summary>The window of each layer.</summary>
    /// <exception cref="ModelPackException">MPK1204, MPK1211: sliding_window or layer_types make no sense or contradict the family's rule.</exception>
    /// <param name="config">config.json.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="known">Kinds of layers that the family has.</param>
    public IReadOnlyList<int?> Resolve(ModelConfig config, int layers, IReadOnlyList<string> known)
    {
        IReadOnlyList<string>? types = LayerTypeNames.Read(config, layers, known);
        var windows = new int?[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            bool byRule = _slides(config, layer);
            bool slides = types is not null && _layerTypesWin ? types[layer] == LayerTypeNames.Sliding : byRule;
            if (types is not null && !_layerTypesWin && (types[layer] == LayerTypeNames.Sliding) != byRule)
            {
                throw config.Error(ArchitectureErrors.LayerTypes, $"layer_types[{layer}]", $"is {types[layer]}, which this model_type does not read and {WindowField} contradicts");
            }

            windows[layer] = slides ? Window(config) : null;
        }

        return windows;
    }

    private static bool SlidesByPattern(ModelConfig config, IReadOnlyList<string> fields, int absentPattern, int layer)
    {
        string? field = fields.FirstOrDefault(config.Has);
        if (field is not null && config.Raw(field)!.Value.ValueKind == System.Text.Json.JsonValueKind.String)
        {
            string word = config.Text(field)!;
            return word.Length > 0 && word.All(letter => letter is 'L' or 'G')
                ? word[layer % word.Length] == 'L'
                : throw config.Error(ArchitectureErrors.FieldValue, field, $"is {word}; it must be a number or a word of the letters L and G");
        }

        return (layer + 1) % (field is null ? absentPattern : config.Integer(field, 1)) != 0;
    }

    private static bool SaysWindow(ModelConfig config) => config.Has(WindowField) || !config.Declares(WindowField);

    private int Window(ModelConfig config)
    {
        if (config.Declares(WindowField) && !config.Has(WindowField))
        {
            throw config.Error(ArchitectureErrors.FieldMissing, WindowField, "is null while layer_types names sliding layers");
        }

        return config.OptionalInteger(WindowField, 1) ?? _absentWindow ?? throw config.Missing(WindowField);
    }
}
