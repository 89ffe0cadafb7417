using System.Text;
using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Tests.Tokenization.Patterns;

/// <summary>The passes for known patterns find what the general matcher finds.</summary>
public sealed class WordPatternTests
{
    private const int Texts = 20_000;
    private const int LongestText = 24;

    // What the alternatives of these patterns tell apart, and what is near it.
    private static readonly string[] Parts =
    [
        " ", "  ", "\n", "\r\n", "\r", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "'", "'s", "'S", "'ſ", "'ll", "'LL", "'lL", "'re", "'RE", "'ve", "'m", "'d", "'T", "'x", "'l", "'r", "\u2019s",
        "a", "Zed", "é", "ſ", "漢", "𠀀", "𝗛", "ß", "1", "12", "½", "²", "٣", "𝟙", "Ⅷ", "!", "…", "-", "😀", "\u0301", "\u200d", "\u0000", "\ufeff", "_", "€", "\ue000", "\u0378", "\U000e0001",
    ];

    public static TheoryData<string> Sources => [.. WordPattern.Sources];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Matches_of_random_texts_are_those_of_the_general_matcher(string source)
    {
        Pattern general = Pattern.Parse(source);
        WordPattern words = WordPattern.Find(source)!;
        var matcher = new PatternMatcher();
        var random = new Random(20260601);
        for (int i = 0; i < Texts; i++)
        {
            string text = RandomText(random);
            var expected = new List<int>();
            matcher.Begin(general, text.Length);
            int covered = 0;
            while (matcher.Next(text, out int start, out int end))
            {
                Assert.Equal(covered, start);
                expected.Add(covered = end);
            }

            var actual = new List<int>();
            for (int at = 0; at < text.Length; at = actual[^1])
            {
                actual.Add(words.End(text, at));
            }

            Assert.True(expected.SequenceEqual(actual), $"{Escaped(text)}: {string.Join(' ', expected)} and not {string.Join(' ', actual)}");
        }
    }

    [Fact]
    public void Other_patterns_have_no_pass() => Assert.Null(WordPattern.Find(@"\p{L}+"));

    // Half of the parts are any code point at all.
    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int left = random.Next(1, LongestText); left > 0; left--)
        {
            if (random.Next(4) > 0)
            {
                text.Append(Parts[random.Next(Parts.Length)]);
                continue;
            }

            int codePoint = random.Next(2) == 0 ? random.Next(0x3000) : random.Next(0x110000);
            text.Append(Rune.IsValid(codePoint) ? char.ConvertFromUtf32(codePoint) : "\uFFFD");
        }

        return text.ToString();
    }

    private static string Escaped(string text) => string.Concat(text.Select(unit => unit is > ' ' and < '\u007f' ? unit.ToString() : $"\\u{(int)unit:x4}"));
}
