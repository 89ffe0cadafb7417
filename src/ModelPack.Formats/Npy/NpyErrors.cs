namespace ModelPack.Formats.Npy;

internal static class NpyErrors
{
    public const string Unreadable = "MPK1170";
    public const string NotNpy = "MPK1171";
    public const string Unsupported = "MPK1172";
    public const string Truncated = "MPK1173";
}
