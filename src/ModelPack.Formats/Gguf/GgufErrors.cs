namespace ModelPack.Formats.Gguf;

internal static class GgufErrors
{
    public const string NotFound = "MPK1500";
    public const string Unreadable = "MPK1501";
    public const string NotGguf = "MPK1502";
    public const string UnsupportedVersion = "MPK1503";
    public const string HeaderTruncated = "MPK1504";
    public const string CountBeyondFile = "MPK1505";
    public const string TextBeyondFile = "MPK1506";
    public const string TextNotUtf8 = "MPK1507";
    public const string BadKey = "MPK1508";
    public const string UnknownValueType = "MPK1509";
    public const string NestedArray = "MPK1510";
    public const string BadTruthValue = "MPK1511";
    public const string BadAlignment = "MPK1512";
    public const string BadTensorName = "MPK1513";
    public const string DuplicateTensor = "MPK1514";
    public const string BadRank = "MPK1515";
    public const string UnknownTensorType = "MPK1516";
    public const string ShapeTooLarge = "MPK1517";
    public const string BrokenRow = "MPK1518";
    public const string BadOffset = "MPK1519";
    public const string BeyondFile = "MPK1520";
    public const string NotDecoded = "MPK1521";
    public const string FileShrank = "MPK1522";
    public const string Unwritable = "MPK1523";
    public const string ShardMissing = "MPK1524";
    public const string ShardOfAnother = "MPK1525";
    public const string TensorInTwoShards = "MPK1526";
    public const string ShardTensorCount = "MPK1527";
    public const string NotImportance = "MPK1530";
    public const string BadImportanceEntry = "MPK1531";
    public const string BadImportance = "MPK1532";
}
