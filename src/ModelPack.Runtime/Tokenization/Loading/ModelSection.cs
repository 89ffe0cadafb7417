namespace ModelPack.Runtime.Tokenization.Loading;

/// <summary>The "model" object of a tokenizer file. Its two large members stay JSON text, to be read in one go by the model that knows their form.</summary>
internal readonly ref struct ModelSection
{
    /// <summary>All other members; path "model".</summary>
    public required JsonPart Fields { get; init; }

    /// <summary>JSON of "vocab", empty where it is absent.</summary>
    public required ReadOnlySpan<byte> Vocabulary { get; init; }

    /// <summary>JSON of "merges", empty where it is absent.</summary>
    public required ReadOnlySpan<byte> Merges { get; init; }

    public ModelPackException Invalid(string field, string what, string code = TokenizerErrors.FieldInvalid) =>
        new JsonPart(default, field, Fields.FileName).Invalid(what, code);
}
