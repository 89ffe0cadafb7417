namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>The weights of an operator in int8. Immutable.</summary>
/// <param name="Outputs">Rows, each with a scale.</param>
/// <param name="Inputs">Weights of a row.</param>
/// <param name="RelativeError">Norm of the difference to the source by its norm.</param>
internal sealed record QuantizedWeight(int Outputs, int Inputs, double RelativeError)
{
    /// <summary>Bytes of codes and scales.</summary>
    public long Bytes => Outputs * ((long)Inputs + sizeof(float));
}
