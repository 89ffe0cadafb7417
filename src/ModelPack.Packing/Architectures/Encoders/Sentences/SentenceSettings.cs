using System.Text.Json;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Encoders.Graphs;
using ModelPack.Runtime.Embeddings;

namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>What the files of a sentence encoder tell the program that feeds it: lengths, prompts, shorter embeddings.</summary>
internal static class SentenceSettings
{
    private const string LengthFile = "sentence_bert_config.json";
    private const string PromptFile = "config_sentence_transformers.json";

    /// <summary>Files that are read where they are there.</summary>
    public static IReadOnlyList<string> Files { get; } = [LengthFile, PromptFile];

    /// <summary>Reads them.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="pooling">Its pooling.</param>
    /// <exception cref="ModelPackException">MPK1201-1204: a file cannot be read, or a field is wrong.</exception>
    public static EmbeddingDescription Read(string folder, EncoderArchitecture encoder, SentencePooling pooling)
    {
        ModelConfig model = ModelConfig.Read(Path.Combine(folder, "config.json"));
        ModelConfig? length = model.Beside(LengthFile);
        ModelConfig? prompts = model.Beside(PromptFile);
        int width = pooling.Steps.OfType<SentenceStep.Dense>().LastOrDefault()?.Layer.Weight.Rows ?? (pooling.Modes.Count * encoder.Sizes.Hidden);
        return new EmbeddingDescription
        {
            Output = EncoderGraph.SentenceEmbedding,
            Dimensions = width,
            PositionLimit = encoder.MaxTokens,
            SequenceLength = length?.OptionalInteger("max_seq_length", 1),
            PadTokenId = encoder.Sizes.PadToken,
            Lowercase = length?.Flag("do_lower_case", false) ?? false,
            Normalized = pooling.Normalizes,
            Matryoshka = Matryoshka(model, width) ?? (prompts is null ? null : Matryoshka(prompts, width)),
            Prompts = Prompts(prompts),
            DefaultPrompt = DefaultPrompt(prompts),
        };
    }

    /// <summary>Sizes of matryoshka_dimensions; any size where is_matryoshka is true; null where neither says so.</summary>
    private static IReadOnlyList<int>? Matryoshka(ModelConfig config, int width)
    {
        const string Sizes = "matryoshka_dimensions";
        if (config.Numbers(Sizes) is not { } sizes)
        {
            return config.Flag("is_matryoshka", false) ? [] : null;
        }

        return sizes.All(size => size >= 1 && size <= width && size == Math.Floor(size))
            ? [.. sizes.Select(size => (int)size).Where(size => size < width).Order()]
            : throw config.Invalid(Sizes, $"is {string.Join(", ", sizes)}; sizes are whole numbers from 1 to {width}");
    }

    private static SortedDictionary<string, string> Prompts(ModelConfig? config)
    {
        var prompts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (config?.Raw("prompts") is { ValueKind: JsonValueKind.Object } found)
        {
            foreach (JsonProperty prompt in found.EnumerateObject())
            {
                prompts[prompt.Name] = prompt.Value.ValueKind == JsonValueKind.String ? prompt.Value.GetString()! : throw config.Error(ArchitectureErrors.FieldType, $"prompts.{prompt.Name}", "is no text");
            }
        }

        return prompts;
    }

    private static string? DefaultPrompt(ModelConfig? config) => config?.Text("default_prompt_name") is not { } name ? null
        : Prompts(config).ContainsKey(name) ? name
        : throw config.Invalid("default_prompt_name", $"is {name}, which is none of the prompts");
}
