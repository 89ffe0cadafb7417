namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>DeBERTa v2 and v3: scores of contents, and of contents with distances in logarithmic buckets.</summary>
internal static class DebertaV2Encoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "deberta-v2",
        ClassName = "DebertaV2",
        TokenTypes = 0,
        Norm = new() { Kind = NormKind.Layer, EpsilonField = "layer_norm_eps", Epsilon = 1e-7, Bias = true },
        PositionsField = "position_biased_input",
        Disentangled = true,
        Pooler = null,
        Names = BertEncoder.Names with
        {
            OptionalPrefix = "deberta.",
            Query = "attention.self.query_proj",
            Key = "attention.self.key_proj",
            Value = "attention.self.value_proj",
            OtherParts = ["cls.", "lm_predictions.", "mask_predictions."],
        },
        Reads = ["norm_rel_ebd", "relative_attention"],
        Classifier = new ClassifierStyle("pooler.dense", PoolerActivation.Gelu, "classifier"),
    };
}
