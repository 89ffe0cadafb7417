namespace ModelPack.Packing.Architectures.Families;

/// <summary>What happens between the last layer and the logits.</summary>
internal sealed record HeadStyle
{
    /// <summary>A norm stands before the head.</summary>
    public bool Norm { get; init; } = true;

    /// <summary>The head has a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>Factor of the logits.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Logits l become c tanh(l / c); 0: they do not.</summary>
    public float SoftCap { get; init; }
}
