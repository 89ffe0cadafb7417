namespace ModelPack.Packing.Architectures.Encoders.Families;

/// <summary>ELECTRA's discriminator: BERT without a pooler, with tables that may be narrower than the stream.</summary>
internal static class ElectraEncoder
{
    public static EncoderDefinition Definition { get; } = new()
    {
        ModelType = "electra",
        ClassName = "Electra",
        TableWidthField = "embedding_size",
        Pooler = null,
        Names = BertEncoder.Names with
        {
            OptionalPrefix = "electra.",
            ProjectionIn = "embeddings_project",
            OtherParts = ["discriminator_predictions.", "generator_predictions.", "generator_lm_head."],
        },
        Classifier = new ClassifierStyle("classifier.dense", PoolerActivation.Gelu, "classifier.out_proj"),
    };
}
