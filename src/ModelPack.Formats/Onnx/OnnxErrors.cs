namespace ModelPack.Formats.Onnx;

internal static class OnnxErrors
{
    public const string NotFound = "MPK1100";
    public const string Unwritable = "MPK1101";
    public const string Unreadable = "MPK1102";
    public const string NotOnnx = "MPK1103";
    public const string NoGraph = "MPK1104";
    public const string TooLarge = "MPK1105";
    public const string UnknownType = "MPK1106";
    public const string BadShape = "MPK1107";
    public const string SizeMismatch = "MPK1108";
    public const string BadExternalEntry = "MPK1109";
    public const string ExternalPathEscapes = "MPK1110";
    public const string MissingExternalFile = "MPK1111";
    public const string BeyondExternalFile = "MPK1112";
    public const string ExternalLengthMismatch = "MPK1113";
    public const string FileShrank = "MPK1114";
}
