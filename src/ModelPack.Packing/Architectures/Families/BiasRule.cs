using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Whether a projection has a bias: never, always, or as a field of config.json says.</summary>
internal sealed record BiasRule
{
    private readonly bool _always;

    private BiasRule(bool always, string? field)
    {
        // Of a rule with a field: what its absence means.
        _always = always;
        FieldName = field;
    }

    /// <summary>The field that decides; null: none does.</summary>
    public string? FieldName { get; }

    public static BiasRule Never { get; } = new(false, null);

    public static BiasRule Always { get; } = new(true, null);

    public static BiasRule Field(string name, bool absent = false) => new(absent, name);

    public bool Applies(ModelConfig config) => FieldName is null ? _always : config.Flag(FieldName, _always);
}
