namespace SemanticSearch;

/// <summary>Cuts a text into passages that fit an encoder: paragraphs, long ones by sentences.</summary>
internal static class Passages
{
    // About 100 tokens of English; encoders commonly take 128 to 512.
    private const int MostCharacters = 400;

    public static IEnumerable<string> Of(string text)
    {
        foreach (string paragraph in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string rest = paragraph.Replace('\n', ' ');
            while (rest.Length > MostCharacters)
            {
                int end = rest.LastIndexOf(". ", MostCharacters, StringComparison.Ordinal) + 1;
                end = end > 0 ? end : rest.LastIndexOf(' ', MostCharacters) is var space and > 0 ? space : MostCharacters;
                yield return rest[..end].Trim();
                rest = rest[end..].Trim();
            }

            if (rest.Length > 0)
            {
                yield return rest;
            }
        }
    }
}
