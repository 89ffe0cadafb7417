namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>How outputs compare with the float model's. Immutable.</summary>
/// <param name="Cosine">Smallest cosine of any float output on any sample; 1 where there is none.</param>
/// <param name="TopAgreement">Share of rows of the first output that has rows whose largest value is at the same place; null: none has.</param>
internal sealed record OutputAgreement(double Cosine, double? TopAgreement)
{
    /// <summary>True when what was asked for is met.</summary>
    public bool Meets(ActivationSettings settings) =>
        Cosine >= settings.MinCosine && (settings.MinTopAgreement is not { } share || TopAgreement is not { } top || top >= share);
}
