namespace ModelPack.Packing.Verification;

/// <summary>How far the logits of two models are apart.</summary>
/// <param name="Positions">Positions compared.</param>
/// <param name="RelativeError">Norm of the difference by the norm of the reference.</param>
/// <param name="TopAgreement">Share of positions with the same largest logit.</param>
/// <param name="KlDivergence">Mean KL divergence from the reference, in nats.</param>
internal sealed record LogitDifference(int Positions, double RelativeError, double TopAgreement, double KlDivergence);
