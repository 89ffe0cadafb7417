namespace ModelPack.Packing.Evaluation;

internal static class EvaluationErrors
{
    public const string TextTooShort = "MPK2020";
    public const string TextUnreadable = "MPK2021";
    public const string NotComparable = "MPK2022";
    public const string NotADecoder = "MPK2023";
    public const string NotFinite = "MPK2024";
    public const string PerplexityOverLimit = "MPK2030";
    public const string DivergenceOverLimit = "MPK2031";
    public const string AgreementUnderLimit = "MPK2032";
    public const string CosineUnderLimit = "MPK2033";
    public const string NotMeasured = "MPK2034";
}
