namespace ModelPack.Packing.Architectures.Weights;

/// <summary>A linear layer: y = x W^T + b with W [Rows, Columns].</summary>
internal sealed record Linear(DecoderWeight Weight, DecoderWeight? Bias)
{
    /// <summary>Name of the module: the weight's name without its last part.</summary>
    public string Module => Weight.Name[..Weight.Name.LastIndexOf('.')];
}
