namespace ModelPack.Packing.Architectures;

/// <summary>Activation functions of the feed-forward network.</summary>
internal enum Activation
{
    /// <summary>x * sigmoid(x).</summary>
    Silu,

    /// <summary>x * (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,

    /// <summary>GELU with tanh in place of erf.</summary>
    GeluTanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>max(x, 0) squared.</summary>
    SquaredRelu,
}
