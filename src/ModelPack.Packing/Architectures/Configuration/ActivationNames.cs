namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>The values of hidden_act.</summary>
internal static class ActivationNames
{
    private const string Field = "hidden_act";

    private static readonly Dictionary<string, Activation> Known = new(StringComparer.Ordinal)
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["gelu"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["relu"] = Activation.Relu,
    };

    /// <exception cref="ModelPackException">MPK1207: an activation that is not known.</exception>
    public static Activation Read(ModelConfig config)
    {
        string name = config.Text(Field) ?? "silu";
        return Known.TryGetValue(name, out Activation activation)
            ? activation
            : throw config.Error(ArchitectureErrors.Activation, Field, $"is {name}, which cannot be packed; supported are {string.Join(", ", Known.Keys)}");
    }
}
