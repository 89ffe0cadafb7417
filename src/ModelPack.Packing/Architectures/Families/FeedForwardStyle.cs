using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>The feed-forward network of a family.</summary>
internal sealed record FeedForwardStyle
{
    /// <summary>down(act(gate(x)) * up(x)); otherwise down(act(up(x))).</summary>
    public bool Gated { get; init; } = true;

    /// <summary>One tensor holds the rows of the gate, then those of the up projection.</summary>
    public bool Fused { get; init; }

    /// <summary>Biases of all its projections.</summary>
    public BiasRule Bias { get; init; } = BiasRule.Never;

    /// <summary>Fields of config.json that name the activation; the first that is there counts.</summary>
    public IReadOnlyList<string> ActivationFields { get; init; } = ["hidden_act"];

    /// <summary>Name of the activation when no field is there.</summary>
    public string Activation { get; init; } = "silu";

    /// <summary>The name gelu means the tanh form.</summary>
    public bool GeluIsTanh { get; init; }

    /// <summary>Clamped gate g and up projection u, g at most and u within this limit; the product is (u + 1) g sigmoid(1.702 g). Null: act(g) u.</summary>
    public float? ClampLimit { get; init; }

    /// <summary>intermediate_size by hidden_size when the field is absent; null: it is required.</summary>
    public int? Multiple { get; init; }

    /// <summary>Works the inner width out of several fields; null: it is intermediate_size.</summary>
    public Func<ModelConfig, int>? Width { get; init; }
}
