namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>RoBERTa: positions begin behind the padding token's id and skip padding.</summary>
internal static class RobertaEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "roberta",
        ClassName = "Roberta",
        PadToken = 1,
        Positions = PositionStyle.BehindPadding,
        Names = BertEncoder.Names with { OptionalPrefix = "roberta.", OtherParts = ["lm_head."] },
        Classifier = new ClassifierStyle("classifier.dense", PoolerActivation.Tanh, "classifier.out_proj"),
    };
}
