namespace ModelPack.Packing.Manifests;

/// <summary>
/// How the packed model, as deployed, predicts the project's evaluation text beside its source in float32. Standard errors are over the
/// windows; natural logarithms.
/// </summary>
/// <param name="TextSha256">Content hash of the text file, lower-case hexadecimal.</param>
/// <param name="Protocol">llama.cpp: each window begins with BOS where the model uses one, and the predictions of its second half count.</param>
/// <param name="Context">Tokens of a window.</param>
/// <param name="Windows">Windows, from the start of the text.</param>
/// <param name="Tokens">Predictions that counted.</param>
/// <param name="Perplexity">Perplexity of the packed model.</param>
/// <param name="ReferencePerplexity">Perplexity of the source.</param>
/// <param name="PerplexityIncrease">Perplexity by the source's, less 1.</param>
/// <param name="PerplexityIncreaseStandardError">Standard error of that.</param>
/// <param name="KlDivergence">Mean KL divergence of the packed model from the source, in nats.</param>
/// <param name="KlDivergenceStandardError">Standard error of that.</param>
/// <param name="KlDivergenceMedian">Median over the predictions.</param>
/// <param name="KlDivergenceP99">99th percentile over the predictions.</param>
/// <param name="TopAgreement">Share of predictions at which both models prefer the same token.</param>
/// <param name="TopAgreementStandardError">Standard error of that.</param>
public sealed record ManifestEvaluation(
    string TextSha256,
    string Protocol,
    int Context,
    int Windows,
    int Tokens,
    double Perplexity,
    double ReferencePerplexity,
    double PerplexityIncrease,
    double PerplexityIncreaseStandardError,
    double KlDivergence,
    double KlDivergenceStandardError,
    double KlDivergenceMedian,
    double KlDivergenceP99,
    double TopAgreement,
    double TopAgreementStandardError);
