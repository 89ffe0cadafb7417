using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>The names of activations in config.json.</summary>
internal static class ActivationNames
{
    private static readonly Dictionary<string, Activation> Known = new(StringComparer.Ordinal)
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["gelu"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["relu"] = Activation.Relu,
        ["relu2"] = Activation.SquaredRelu,
    };

    /// <exception cref="ModelPackException">MPK1207: an activation that is not known.</exception>
    public static Activation Read(ModelConfig config, FeedForwardStyle style)
    {
        string? field = style.ActivationFields.FirstOrDefault(config.Has);
        string name = field is null ? style.Activation : config.Text(field)!;
        if (Known.TryGetValue(name, out Activation activation))
        {
            return activation == Activation.Gelu && style.GeluIsTanh ? Activation.GeluTanh : activation;
        }

        throw config.Error(ArchitectureErrors.Activation, field ?? style.ActivationFields[0], $"is {name}, which cannot be packed; supported are {string.Join(", ", Known.Keys)}");
    }
}
