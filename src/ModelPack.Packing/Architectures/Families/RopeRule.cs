using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Which layers rotate queries and keys.</summary>
internal sealed record RopeRule
{
    private const string LayersField = "no_rope_layers";
    private const string IntervalField = "no_rope_layer_interval";
    private readonly Func<ModelConfig, IReadOnlyList<int?>, int, bool> _rotates;

    private RopeRule(Func<ModelConfig, IReadOnlyList<int?>, int, bool> rotates) => _rotates = rotates;

    /// <summary>All.</summary>
    public static RopeRule EveryLayer { get; } = new((_, _, _) => true);

    /// <summary>Those with a window.</summary>
    public static RopeRule SlidingLayers { get; } = new((_, windows, layer) => windows[layer] is not null);

    /// <summary>Those with a window; all in a model without windows.</summary>
    public static RopeRule SlidingLayersIfAny { get; } = new((_, windows, layer) => windows[layer] is not null || windows.All(window => window is null));

    /// <summary>Those that no_rope_layers marks with 1; without that field all but every n-th, n being no_rope_layer_interval.</summary>
    public static RopeRule Listed(int absentInterval) => new((config, windows, layer) =>
    {
        IReadOnlyList<double>? marks = config.Numbers(LayersField);
        if (marks is null)
        {
            return (layer + 1) % config.Integer(IntervalField, absentInterval, 1) != 0;
        }

        return marks.Count == windows.Count
            ? marks[layer] != 0
            : throw config.Error(ArchitectureErrors.LayerTypes, LayersField, $"has {marks.Count} entries for {windows.Count} layers");
    });

    /// <summary>True when a layer rotates.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="windows">The window of each layer.</param>
    /// <param name="layer">Layer from 0.</param>
    public bool Rotates(ModelConfig config, IReadOnlyList<int?> windows, int layer) => _rotates(config, windows, layer);
}
