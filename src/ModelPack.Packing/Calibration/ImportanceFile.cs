using System.Buffers.Binary;
using ModelPack.Formats.Gguf.Importance;
using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Calibration;

/// <summary>What Calibration names: a text to measure on, or an importance matrix that llama.cpp, or an earlier packing, has measured.</summary>
internal static class ImportanceFile
{
    // The older form begins with the number of its entries, which leaves a zero where no text has one.
    private const int MostEntries = 1 << 24;

    /// <summary>True when the importance of the inputs is measured on a text that the recipe names.</summary>
    public static bool IsMeasured(Recipe recipe) => recipe.Calibration is { } file && !IsMatrix(file);

    /// <summary>The matrix that the recipe names; null when it names none.</summary>
    /// <exception cref="ModelPackException">MPK1500 to MPK1532: the file is damaged.</exception>
    public static ImportanceMatrix? Read(Recipe recipe) => recipe.Calibration is { } file && IsMatrix(file) ? ImportanceMatrix.Read(file) : null;

    /// <summary>True for an importance matrix of either form, told by its first bytes; false too when the file is not there.</summary>
    public static bool IsMatrix(string file)
    {
        Span<byte> start = stackalloc byte[4];
        try
        {
            using FileStream stream = File.OpenRead(file);
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
                && (start.SequenceEqual("GGUF"u8) || BinaryPrimitives.ReadInt32LittleEndian(start) is > 0 and < MostEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
