namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>Activations of the layers that follow an encoder.</summary>
internal enum PoolerActivation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x * (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,
}
