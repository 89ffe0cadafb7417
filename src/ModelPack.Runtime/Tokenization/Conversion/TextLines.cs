using System.Text;

namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>Reads text files whose lines are data.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines, without their ends; LF and CR LF end a line, nothing else does (tokens may be other separators of Unicode).</summary>
    /// <exception cref="ModelPackException">MPK4101, MPK4102: it cannot be read, or is not UTF-8.</exception>
    public static string[] Read(string file)
    {
        byte[] bytes = FolderFile.Read(file);
        try
        {
            int start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            string text = Strict.GetString(bytes.AsSpan(start));
            string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
            return lines[^1].Length == 0 ? lines[..^1] : lines;
        }
        catch (ArgumentException problem)
        {
            throw new ModelPackException(TokenizerErrors.NotATokenizer, $"{file} is not UTF-8 ({problem.Message.TrimEnd('.')}); fetch the file again.", problem);
        }
    }
}
