using ModelPack.Runtime.Generation.Sampling;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime.Generation;

/// <summary>
/// How a model's makers want its tokens chosen: generation_config.json, or the search section of genai_config.json. Null where
/// they say nothing.
/// </summary>
/// <param name="DoSample">Whether tokens are drawn; otherwise the most likely one is taken.</param>
/// <param name="Temperature">Above 0.</param>
/// <param name="TopK">0 or more; 0 is off.</param>
/// <param name="TopP">In [0, 1].</param>
/// <param name="MinP">In [0, 1].</param>
/// <param name="RepetitionPenalty">Above 0; 1 is off.</param>
internal sealed record GenerationDefaults(
    bool? DoSample,
    float? Temperature,
    int? TopK,
    float? TopP,
    float? MinP,
    float? RepetitionPenalty)
{
    // What transformers takes when a generation_config.json that draws does not name a top_k.
    private const int TransformersTopK = 50;

    // Below this the division by the temperature overflows while the draw has long been certain.
    private const float SmallestTemperature = 1e-6f;

    /// <summary>Reads the fields that transformers and ONNX Runtime GenAI both name so.</summary>
    public static GenerationDefaults Read(JsonFields fields) => new(
        fields.FlagOrNull("do_sample"),
        fields.NumberOrNull("temperature", 0, GenerationOptions.LargestTemperature),
        fields.IntegerOrNull("top_k", 0, int.MaxValue),
        fields.NumberOrNull("top_p", 0, 1),
        fields.NumberOrNull("min_p", 0, 1),
        fields.NumberOrNull("repetition_penalty", GenerationOptions.SmallestRepetitionPenalty, GenerationOptions.LargestRepetitionPenalty));

    /// <summary>What the caller asked for, completed by these defaults.</summary>
    public SamplingSettings Resolve(GenerationOptions options)
    {
        bool draws = DoSample ?? false;
        bool narrows = options.TopK > 1 || options.TopP is > 0 and < 1 || options.MinP > 0;
        float temperature = options.Temperature ?? (draws || narrows ? Temperature ?? 1 : 0);
        return new SamplingSettings(
            temperature < SmallestTemperature ? 0 : temperature,
            options.TopK ?? (draws ? TopK ?? TransformersTopK : 0),
            options.TopP ?? (draws ? TopP ?? 1 : 1),
            options.MinP ?? (draws ? MinP ?? 0 : 0),
            options.RepetitionPenalty ?? RepetitionPenalty ?? 1,
            options.PresencePenalty ?? 0,
            options.FrequencyPenalty ?? 0);
    }
}
