namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>How generation_config.json wants tokens to be chosen; null where it does not say, or says something that no sampler can do.</summary>
internal sealed record SamplingDefaults(bool DoSample, double? Temperature, int? TopK, double? TopP, double? RepetitionPenalty)
{
    /// <exception cref="ModelPackException">MPK1203: a field holds no number.</exception>
    public static SamplingDefaults Read(ModelConfig? generation) => new(
        generation?.Flag("do_sample", false) ?? false,
        Within(generation, "temperature", double.MaxValue),
        generation?.OptionalInteger("top_k", int.MinValue) is int k and > 0 ? k : null,
        Within(generation, "top_p", 1),
        Within(generation, "repetition_penalty", double.MaxValue));

    private static double? Within(ModelConfig? generation, string field, double maximum) =>
        generation?.OptionalNumber(field) is double value and > 0 && value <= maximum ? value : null;
}
