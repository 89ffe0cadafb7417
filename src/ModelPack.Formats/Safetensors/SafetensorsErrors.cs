namespace ModelPack.Formats.Safetensors;

internal static class SafetensorsErrors
{
    public const string NotFound = "MPK1001";
    public const string NoCheckpointInFolder = "MPK1002";
    public const string Unreadable = "MPK1003";
    public const string TooShort = "MPK1004";
    public const string HeaderBeyondFile = "MPK1005";
    public const string HeaderTooLarge = "MPK1006";
    public const string HeaderNotUtf8 = "MPK1007";
    public const string HeaderNotJson = "MPK1008";
    public const string HeaderNotObject = "MPK1009";
    public const string BadMetadata = "MPK1010";
    public const string DuplicateName = "MPK1011";
    public const string BadEntry = "MPK1012";
    public const string UnknownType = "MPK1013";
    public const string BadShape = "MPK1014";
    public const string ShapeTooLarge = "MPK1015";
    public const string BadOffsets = "MPK1016";
    public const string OffsetsReversed = "MPK1017";
    public const string BeyondFile = "MPK1018";
    public const string SizeMismatch = "MPK1019";
    public const string Overlap = "MPK1020";
    public const string Hole = "MPK1021";
    public const string TrailingBytes = "MPK1022";
    public const string IndexNotJson = "MPK1023";
    public const string IndexWithoutWeightMap = "MPK1024";
    public const string IndexDuplicateName = "MPK1025";
    public const string IndexPathEscapes = "MPK1026";
    public const string MissingShard = "MPK1027";
    public const string TensorNotInShard = "MPK1028";
    public const string TensorInTwoShards = "MPK1029";
    public const string FileShrank = "MPK1030";
    public const string Unwritable = "MPK1031";
}
