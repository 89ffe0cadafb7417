namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>XLM-RoBERTa, of which the multilingual E5 and BGE are made: RoBERTa with another vocabulary.</summary>
internal static class XlmRobertaEncoder
{
    public static EncoderDefinition Definition { get; } = RobertaEncoder.Definition with { ModelType = "xlm-roberta", ClassName = "XLMRoberta" };
}
