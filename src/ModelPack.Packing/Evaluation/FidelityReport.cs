namespace ModelPack.Packing.Evaluation;

/// <summary>How a model predicts a text, and how far its predictions are from its reference's. Natural logarithms throughout.</summary>
public sealed record FidelityReport
{
    /// <summary>exp of the mean of -log p(next token).</summary>
    public required double Perplexity { get; init; }

    /// <summary>Standard error of the perplexity over the positions.</summary>
    public required double PerplexityStandardError { get; init; }

    /// <summary>Perplexity of the reference at the same positions.</summary>
    public required double ReferencePerplexity { get; init; }

    /// <summary>KL divergence of the model from the reference.</summary>
    public required DivergenceSummary KlDivergence { get; init; }

    /// <summary>Share of positions at which both prefer the same token, 0 to 1.</summary>
    public required double TopAgreement { get; init; }

    /// <summary>Positions that counted.</summary>
    public required int Tokens { get; init; }

    /// <summary>Windows.</summary>
    public required int Windows { get; init; }
}
