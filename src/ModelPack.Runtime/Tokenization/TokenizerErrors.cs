namespace ModelPack.Runtime.Tokenization;

/// <summary>The codes of this room; docs/errors.md explains each.</summary>
internal static class TokenizerErrors
{
    /// <summary>The tokenizer file is missing or cannot be read.</summary>
    public const string FileMissing = "MPK4101";

    /// <summary>The file is not JSON, or not a tokenizer.</summary>
    public const string NotATokenizer = "MPK4102";

    /// <summary>A field is missing, or has a value of the wrong kind or out of range.</summary>
    public const string FieldInvalid = "MPK4103";

    /// <summary>A component's type is not one that this version runs.</summary>
    public const string ComponentUnsupported = "MPK4104";

    /// <summary>Two parts of the file contradict each other.</summary>
    public const string Contradiction = "MPK4105";

    /// <summary>A regular expression of the file cannot be used.</summary>
    public const string PatternInvalid = "MPK4106";

    /// <summary>A text has what the vocabulary lacks, and there is no unknown token.</summary>
    public const string UnknownText = "MPK4107";

    /// <summary>Truncation cannot do what the file asks for with these two texts.</summary>
    public const string TextTooShort = "MPK4108";
}
