namespace ModelPack.Packing.Adapters;

internal static class AdapterErrors
{
    public const string NotAnAdapter = "MPK1250";
    public const string Unsupported = "MPK1251";
    public const string NoPlace = "MPK1252";
    public const string Shape = "MPK1253";
    public const string Incomplete = "MPK1254";
    public const string NotSeparable = "MPK1255";
    public const string SameName = "MPK1256";
    public const string BaseNotAFolder = "MPK1257";
}
