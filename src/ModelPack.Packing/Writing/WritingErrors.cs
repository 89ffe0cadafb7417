namespace ModelPack.Packing.Writing;

internal static class WritingErrors
{
    public const string Unwritable = "MPK3060";
}
