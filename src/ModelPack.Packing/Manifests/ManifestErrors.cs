namespace ModelPack.Packing.Manifests;

internal static class ManifestErrors
{
    public const string Unreadable = "MPK3050";
}
