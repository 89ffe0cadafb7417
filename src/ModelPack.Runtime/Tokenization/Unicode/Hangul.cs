using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.Unicode;

/// <summary>The arithmetic of Hangul syllables (Unicode, section 3.12).</summary>
internal static class Hangul
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    public static CodePointSet Syllables { get; } = CodePointSet.Range(SyllableBase, SyllableBase + SyllableCount - 1);

    /// <summary>Vowels and tails: what joins to what stands before.</summary>
    public static CodePointSet Trailing { get; } =
        CodePointSet.Range(VowelBase, VowelBase + VowelCount - 1).Union(CodePointSet.Range(TailBase + 1, TailBase + TailCount - 1));

    /// <summary>Writes the two or three letters of a syllable; 0 where the code point is none.</summary>
    public static int Decompose(int codePoint, Span<int> parts)
    {
        int index = codePoint - SyllableBase;
        if ((uint)index >= SyllableCount)
        {
            return 0;
        }

        parts[0] = LeadBase + (index / (VowelCount * TailCount));
        parts[1] = VowelBase + (index / TailCount % VowelCount);
        parts[2] = TailBase + (index % TailCount);
        return index % TailCount == 0 ? 2 : 3;
    }

    /// <summary>Lead and vowel, or syllable and tail, as one syllable; -1 for anything else.</summary>
    public static int Compose(int first, int second)
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        int syllable = first - SyllableBase;
        int tail = second - TailBase;
        return (uint)syllable < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount ? first + tail : -1;
    }
}
