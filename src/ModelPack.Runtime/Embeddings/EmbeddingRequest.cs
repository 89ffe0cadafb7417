using Microsoft.Extensions.AI;

namespace ModelPack.Runtime.Embeddings;

/// <summary>The options of one call, checked against what the model can do.</summary>
/// <param name="Dimensions">Elements of the embeddings that are returned.</param>
/// <param name="Prompt">What goes before each text.</param>
internal readonly record struct EmbeddingRequest(int Dimensions, string Prompt)
{
    /// <summary>Additional property with the name of a prompt.</summary>
    public const string PromptName = "prompt_name";

    /// <summary>Additional property with the text of a prompt.</summary>
    public const string PromptText = "prompt";

    /// <summary>Checks options.</summary>
    /// <exception cref="ModelPackException">MPK4310: another model; MPK4502: dimensions that it does not have; MPK4504: a prompt that it does not have.</exception>
    public static EmbeddingRequest Of(EmbeddingGenerationOptions? options, EmbeddingDescription model, string name)
    {
        if (options?.ModelId is { } asked && asked != name)
        {
            throw new ModelPackException(RuntimeErrors.OtherModelAsked, $"The model '{asked}' was asked for, and this is '{name}'; leave ModelId out or open that model.");
        }

        return new EmbeddingRequest(DimensionsOf(options?.Dimensions, model, name), PromptOf(options?.AdditionalProperties, model, name));
    }

    private static int DimensionsOf(int? asked, EmbeddingDescription model, string name)
    {
        if (asked is not int dimensions || dimensions == model.Dimensions)
        {
            return model.Dimensions;
        }

        bool fits = model.Matryoshka is { } sizes && dimensions > 0 && dimensions < model.Dimensions && (sizes.Count == 0 || sizes.Contains(dimensions));
        string have = model.Matryoshka switch
        {
            null => $"{model.Dimensions} only: nothing in its files says that it was trained for shorter ones (matryoshka_dimensions or is_matryoshka in config.json)",
            { Count: 0 } => $"1 to {model.Dimensions}",
            { } list => string.Join(", ", list.Append(model.Dimensions).Distinct()),
        };
        return fits ? dimensions : throw new ModelPackException(RuntimeErrors.DimensionsNotSupported, $"{dimensions} dimensions were asked for, and {name} has {have}; leave Dimensions out.");
    }

    private static string PromptOf(AdditionalPropertiesDictionary? properties, EmbeddingDescription model, string name)
    {
        if (properties is not null && properties.TryGetValue(PromptText, out object? text) && text is not null)
        {
            return text.ToString()!;
        }

        string? asked = properties is not null && properties.TryGetValue(PromptName, out object? given) ? given?.ToString() : model.DefaultPrompt;
        return asked is null ? string.Empty : model.Prompts.TryGetValue(asked, out string? prompt) ? prompt : throw new ModelPackException(
            RuntimeErrors.UnknownPrompt, $"{name} has no prompt '{asked}'; it has {(model.Prompts.Count == 0 ? "none" : string.Join(", ", model.Prompts.Keys))}.");
    }
}
