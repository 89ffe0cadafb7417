namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>The language model of a config.json that describes one together with other parts.</summary>
internal static class TextSection
{
    private const string Field = "text_config";

    // Models whose images enter as embeddings only, so that the language model by itself is the model for texts.
    private static readonly string[] Wrappers = ["gemma3"];

    /// <summary>The configuration itself, or its text_config where that is the language model; fields that the section lacks are those around it.</summary>
    public static ModelConfig Of(ModelConfig config) =>
        Wrappers.Contains(config.Text("model_type")) && config.Has(Field) ? config.Nested(Field) : config;
}
