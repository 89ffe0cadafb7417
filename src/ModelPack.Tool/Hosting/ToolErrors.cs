namespace ModelPack.Tool.Hosting;

/// <summary>Codes of the tool itself; docs/errors.md explains each.</summary>
internal static class ToolErrors
{
    public const string Usage = "MPK3101";
    public const string FileSystem = "MPK3102";
    public const string OutOfMemory = "MPK3103";
    public const string BuildRequest = "MPK3104";
    public const string NotQuantizedYet = "MPK3105";
    public const string StoreWasDamaged = "MPK3106";
    public const string Unexpected = "MPK3199";
}
