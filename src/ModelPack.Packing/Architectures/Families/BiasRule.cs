using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Whether a projection has a bias: never, always, or as a field of config.json says (absent: no).</summary>
internal sealed record BiasRule
{
    private readonly string? _field;
    private readonly bool _always;

    private BiasRule(bool always, string? field)
    {
        _always = always;
        _field = field;
    }

    public static BiasRule Never { get; } = new(false, null);

    public static BiasRule Always { get; } = new(true, null);

    public static BiasRule Field(string name) => new(false, name);

    public bool Applies(ModelConfig config) => _always || (_field is not null && config.Flag(_field, false));
}
