namespace ModelPack.Runtime.Tokenization.Conversion.BytePairs;

/// <summary>Reads merges.txt: a line of its version, then "left right", a merge a line.</summary>
internal static class MergesFile
{
    /// <param name="file">Path of the file.</param>
    /// <param name="vocabulary">Must hold both parts and the result of each merge.</param>
    /// <exception cref="ModelPackException">MPK4101 to MPK4105: it cannot be read, a line is no merge, or names what the vocabulary lacks.</exception>
    public static List<(string Left, string Right)> Read(string file, VocabularyList vocabulary)
    {
        string[] lines = TextLines.Read(file);
        var merges = new List<(string, string)>(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.Length == 0 || (i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                continue;
            }

            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || space == line.Length - 1 || line.IndexOf(' ', space + 1) >= 0)
            {
                throw new ModelPackException(TokenizerErrors.FieldInvalid, $"{file}: line {i + 1}, '{Short(line)}', has to be two tokens with one space between them; take the file that was published with the model.");
            }

            string left = line[..space], right = line[(space + 1)..];
            foreach (string token in (string[])[left, right, left + right])
            {
                if (vocabulary.Find(token) is null)
                {
                    throw new ModelPackException(TokenizerErrors.Contradiction, $"{file}: line {i + 1} makes or takes the token '{Short(token)}', which vocab.json lacks; take both files from one place.");
                }
            }

            merges.Add((left, right));
        }

        return merges;
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "..." : text;
}
