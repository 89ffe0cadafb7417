namespace ModelPack.Formats.Gguf.Importance;

/// <summary>What sums and counts can be.</summary>
internal static class ImportanceNumbers
{
    /// <summary>Throws MPK1532 unless all numbers are finite and none is negative.</summary>
    public static void Check(string path, string weight, ReadOnlySpan<float> sums, ReadOnlySpan<float> counts)
    {
        Check(path, weight, sums);
        Check(path, weight, counts);
    }

    private static void Check(string path, string weight, ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
        {
            if (!(number >= 0 && float.IsFinite(number)))
            {
                throw new ModelPackException(GgufErrors.BadImportance, $"{path}: '{weight}' has the number {number}, and sums of squares and counts are finite and not negative; measure it again, on a model whose activations are finite.");
            }
        }
    }
}
