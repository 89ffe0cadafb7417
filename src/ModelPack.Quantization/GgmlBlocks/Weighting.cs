namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>The two cases.</summary>
internal static class Weighting
{
    public readonly struct None : IWeighting
    {
        public static bool Weighted => false;
    }

    public readonly struct ByImportance : IWeighting
    {
        public static bool Weighted => true;
    }
}
