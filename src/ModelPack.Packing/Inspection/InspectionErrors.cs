namespace ModelPack.Packing.Inspection;

/// <summary>Codes of paths that cannot be inspected; docs/errors.md explains each.</summary>
internal static class InspectionErrors
{
    public const string NotRecognized = "MPK1450";
    public const string MetadataUnreadable = "MPK1451";
}
