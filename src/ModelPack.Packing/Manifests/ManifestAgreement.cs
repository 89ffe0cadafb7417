namespace ModelPack.Packing.Manifests;

/// <summary>How the outputs of a packed ONNX model, as deployed, compare with those of the unquantized model on the same inputs.</summary>
/// <param name="Samples">Name of the calibration folder or file; "synthetic": inputs from a fixed seed, of the types and shapes that the model declares.</param>
/// <param name="Count">Samples that ran through both.</param>
/// <param name="Outputs">The outputs in the model's order.</param>
public sealed record ManifestAgreement(string Samples, int Count, IReadOnlyList<ManifestOutput> Outputs)
{
    /// <summary>Smallest cosine of any output on any sample, which MinCosine is about; null when no output is a float.</summary>
    public double? Cosine => Outputs.Min(output => output.Cosine);

    /// <summary>Agreement of the first output that has one, which MinTopAgreement is about.</summary>
    public double? TopAgreement => Outputs.Select(output => output.TopAgreement).FirstOrDefault(agreement => agreement is not null);
}
