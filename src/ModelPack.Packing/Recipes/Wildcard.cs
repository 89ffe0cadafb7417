namespace ModelPack.Packing.Recipes;

/// <summary>Patterns of <c>*</c> and <c>?</c>, ordinal.</summary>
internal static class Wildcard
{
    /// <summary>True when <paramref name="pattern"/> covers all of <paramref name="text"/>. Linear in practice: only the last star is revisited.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starText = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
