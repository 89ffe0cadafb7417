namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>MPNet: RoBERTa's positions, no token types, and a bias by distance that all layers share.</summary>
internal static class MpNetEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "mpnet",
        ClassName = "MPNet",
        TokenTypes = null,
        PadToken = 1,
        Positions = PositionStyle.BehindPadding,
        RelativeBias = "encoder.relative_attention_bias",
        Names = BertEncoder.Names with
        {
            OptionalPrefix = "mpnet.",
            Query = "attention.attn.q",
            Key = "attention.attn.k",
            Value = "attention.attn.v",
            Output = "attention.attn.o",
            AttentionOutputNorm = "attention.LayerNorm",
            OtherParts = ["lm_head."],
        },
        Classifier = new ClassifierStyle("classifier.dense", PoolerActivation.Tanh, "classifier.out_proj"),
    };
}
