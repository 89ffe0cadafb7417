namespace ModelPack.Packing.Writing.Gguf;

internal static class GgufOutputErrors
{
    public const string UnknownFamily = "MPK1701";
    public const string Vocabulary = "MPK1702";
    public const string PreTokenizer = "MPK1703";
    public const string Rope = "MPK1704";
    public const string OtherImportance = "MPK1705";
    public const string RowLength = "MPK1750";
    public const string NoBytePieces = "MPK1751";
    public const string ShortContext = "MPK1752";
    public const string PartOfImportance = "MPK1753";
    public const string LongRope = "MPK1754";
}
