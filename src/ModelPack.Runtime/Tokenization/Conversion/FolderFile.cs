namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>Reads files of a model's folder.</summary>
internal static class FolderFile
{
    /// <summary>More than any vocabulary takes; what is longer is another file under its name.</summary>
    private const long Longest = 1L << 29;

    /// <exception cref="ModelPackException">MPK4101: it cannot be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= Longest ? File.ReadAllBytes(path) : throw new IOException($"it is longer than {Longest >> 20} MB");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelPackException(TokenizerErrors.FileMissing, $"{path} cannot be read ({problem.Message.TrimEnd('.')}); put the model's file there.", problem);
        }
    }
}
