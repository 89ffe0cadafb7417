namespace ModelPack.Packing.Architectures;

internal static class ArchitectureErrors
{
    public const string ConfigUnreadable = "MPK1201";
    public const string FieldMissing = "MPK1202";
    public const string FieldType = "MPK1203";
    public const string FieldValue = "MPK1204";
    public const string ModelType = "MPK1205";
    public const string Architectures = "MPK1206";
    public const string Activation = "MPK1207";
    public const string Rope = "MPK1208";
    public const string Feature = "MPK1209";
    public const string AlreadyQuantized = "MPK1210";
    public const string LayerTypes = "MPK1211";
    public const string TensorMissing = "MPK1220";
    public const string TensorSurplus = "MPK1221";
    public const string TensorShape = "MPK1222";
    public const string TensorType = "MPK1223";
    public const string NoEndToken = "MPK1230";
    public const string SentenceModules = "MPK1240";
}
