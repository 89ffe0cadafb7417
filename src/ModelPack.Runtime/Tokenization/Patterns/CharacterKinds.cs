namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>What a code point is to the patterns that cut words. The table takes 64 KB, once a process.</summary>
internal static class CharacterKinds
{
    public const byte Other = 0;
    public const byte Letter = 1;
    public const byte Number = 2;
    public const byte Space = 3;

    private static readonly byte[] FirstPlane = Make();

    /// <summary>The kind of the code point at a place, and its UTF-16 units.</summary>
    public static byte Of(ReadOnlySpan<char> text, int at, out int units)
    {
        char first = text[at];
        if (!char.IsHighSurrogate(first) || at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
        {
            units = 1;
            return FirstPlane[first];
        }

        units = 2;
        int codePoint = char.ConvertToUtf32(first, text[at + 1]);
        return UnicodeSets.Letter.Contains(codePoint) ? Letter : UnicodeSets.Number.Contains(codePoint) ? Number : Other;
    }

    private static byte[] Make()
    {
        var kinds = new byte[0x10000];
        Fill(kinds, UnicodeSets.Letter, Letter);
        Fill(kinds, UnicodeSets.Number, Number);
        Fill(kinds, UnicodeSets.Space, Space);
        return kinds;
    }

    private static void Fill(byte[] kinds, CodePointSet set, byte kind)
    {
        for (int i = 0; i < set.Bounds.Length; i += 2)
        {
            int start = Math.Min(set.Bounds[i], kinds.Length), end = Math.Min(set.Bounds[i + 1], kinds.Length);
            kinds.AsSpan(start, end - start).Fill(kind);
        }
    }
}
