namespace ModelPack.Packing.Store;

internal static class StoreErrors
{
    public const string BadLocation = "MPK3001";
    public const string Unwritable = "MPK3002";
    public const string DiskFull = "MPK3003";
    public const string Failed = "MPK3004";
    public const string Damaged = "MPK3005";
    public const string SourceUnreadable = "MPK3006";
    public const string SourceChanged = "MPK3007";
    public const string BadSize = "MPK3008";
}
