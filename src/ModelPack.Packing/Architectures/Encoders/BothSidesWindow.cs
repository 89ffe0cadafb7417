using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>Windows to both sides: every n-th layer sees all, the others as many positions to each side as half the field says.</summary>
/// <param name="Field">Field with both sides together.</param>
/// <param name="Absent">Its value when absent.</param>
/// <param name="EveryField">Field with n.</param>
/// <param name="EveryAbsent">Its value when absent.</param>
internal sealed record BothSidesWindow(string Field, int Absent, string EveryField, int EveryAbsent)
{
    /// <summary>For each layer the positions that it sees to each side; null: all. layer_types wins where present.</summary>
    /// <exception cref="ModelPackException">MPK1204, MPK1211: a field makes no sense.</exception>
    public IReadOnlyList<int?> Resolve(ModelConfig config, int layers)
    {
        IReadOnlyList<string>? types = LayerTypeNames.Read(config, layers, LayerTypeNames.Attention);
        int side = config.Integer(Field, Absent, 1) / 2;
        int every = config.Integer(EveryField, EveryAbsent, 1);
        return [.. Enumerable.Range(0, layers).Select(layer => (types is null ? layer % every != 0 : types[layer] == LayerTypeNames.Sliding) ? (int?)side : null)];
    }
}
