namespace ModelPack.Formats.OrtAdapters;

internal static class OrtAdapterErrors
{
    public const string Unreadable = "MPK1120";
    public const string Malformed = "MPK1121";
    public const string Unwritable = "MPK1122";
}
