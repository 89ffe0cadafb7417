namespace ModelPack.Packing.Evaluation;

/// <summary>
/// How a model predicts a text, and how far its predictions are from its reference's. Natural logarithms throughout. Standard
/// errors are over positions or over windows, as each says; those over windows are over positions where there is one window.
/// </summary>
public sealed record FidelityReport
{
    /// <summary>exp of the mean of -log p(next token).</summary>
    public required double Perplexity { get; init; }

    /// <summary>Standard error of the perplexity over the positions.</summary>
    public required double PerplexityStandardError { get; init; }

    /// <summary>Perplexity of the reference at the same positions.</summary>
    public required double ReferencePerplexity { get; init; }

    /// <summary>Standard error of the reference's perplexity over the positions.</summary>
    public required double ReferencePerplexityStandardError { get; init; }

    /// <summary>
    /// Mean over the positions of log p(next token) by the reference less that by the model: the logarithm of the ratio of the
    /// perplexities. Standard error over the windows; much smaller than the perplexities' own, because both models read the same text.
    /// </summary>
    public required MeanEstimate LogPerplexityDifference { get; init; }

    /// <summary>Perplexity by the reference's, less 1.</summary>
    public double PerplexityIncrease => Math.Exp(LogPerplexityDifference.Mean) - 1;

    /// <summary>Standard error of <see cref="PerplexityIncrease"/>.</summary>
    public double PerplexityIncreaseStandardError => Math.Exp(LogPerplexityDifference.Mean) * LogPerplexityDifference.StandardError;

    /// <summary>KL divergence of the model from the reference; standard error over the windows.</summary>
    public required DivergenceSummary KlDivergence { get; init; }

    /// <summary>Share of positions at which both prefer the same token, 0 to 1.</summary>
    public required double TopAgreement { get; init; }

    /// <summary>Standard error of the agreement over the windows.</summary>
    public required double TopAgreementStandardError { get; init; }

    /// <summary>Positions that counted.</summary>
    public required int Tokens { get; init; }

    /// <summary>Windows.</summary>
    public required int Windows { get; init; }
}
