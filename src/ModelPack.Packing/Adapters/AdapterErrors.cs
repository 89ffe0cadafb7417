namespace ModelPack.Packing.Adapters;

internal static class AdapterErrors
{
    public const string NotAnAdapter = "MPK1240";
    public const string Unsupported = "MPK1241";
    public const string NoPlace = "MPK1242";
    public const string Shape = "MPK1243";
    public const string Incomplete = "MPK1244";
    public const string NotSeparable = "MPK1245";
    public const string SameName = "MPK1246";
    public const string BaseNotAFolder = "MPK1247";
}
