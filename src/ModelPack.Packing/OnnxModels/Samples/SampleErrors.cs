namespace ModelPack.Packing.OnnxModels.Samples;

internal static class SampleErrors
{
    public const string Missing = "MPK1620";
    public const string NotASample = "MPK1621";
    public const string DoesNotFit = "MPK1622";
}
