using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Tests.Tokenization.Patterns;

/// <summary>The pattern engine: Oniguruma's meaning of each construct, and time in proportion to the text.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("a+", "caaab", "aaa")]
    [InlineData("a+?", "caaab", "a|a|a")]
    [InlineData("ab|a", "aba", "ab|a")]
    [InlineData("a{2}", "aaaaa", "aa|aa")]
    [InlineData("a{,2}b", "aaab", "aab")]
    [InlineData("a{2,3}+", "aaaaa", "aaaaa")] // a repeat of a repeat in this syntax, not a possessive one
    [InlineData("a{2}?", "aaa", "aa|")] // (?:a{2})?, empty at the end
    [InlineData("a{x", "a{x", "a{x")]
    [InlineData("a++a", "aaa", "")]
    [InlineData("(?>a|ab)c", "abc", "")]
    [InlineData("x(?=y)", "xyxz", "x")]
    [InlineData("x(?!y)", "xyxz", "x")]
    [InlineData("(?<=a|bc)x", "axbcxdx", "x|x")]
    [InlineData("(?<!a)x", "axbx", "x")]
    [InlineData(@"\s+$", "a \nb ", " | ")]
    [InlineData(@"\s+$", "  a  ", "  ")]
    [InlineData("^b", "a\nb", "b")]
    [InlineData("[a-c&&[^b]]+", "abcab", "a|ca")]
    [InlineData("[^a[bc]]", "abcd", "d")]
    [InlineData("[[:punct:]]", "a$-b", "$|-")]
    [InlineData("[]a]", "]a", "]|a")]
    [InlineData(@"\x41\u0042\x{43}", "ABC", "ABC")]
    [InlineData("a(?i)b|c", "aB C aC", "aB|aC")]
    [InlineData("(?i:'s|'ss)", "'S 'ſ 'ß", "'S|'ſ|'ß")]
    [InlineData("(?i)ss", "ß ẞ SS", "ß|ẞ|SS")]
    [InlineData("(?i)İ", "i̇", "i̇")]
    [InlineData(@"\p{L}+", "a𠀀𐌲1", "a𠀀𐌲")]
    [InlineData(@"\p{^L}", "a1", "1")]
    [InlineData(@"\P{Lu}", "Aa", "a")]
    [InlineData(@"\p{Han}+", "漢字kana", "漢字")]
    [InlineData(".", "😀\na", "😀|a")]
    [InlineData("(?m).", "\n", "\n")]
    [InlineData(@"\w+", "a_é½⅓b", "a_é½|b")] // ½ is in Latin-1, ⅓ is not
    [InlineData(@"\bab\b", "ab cab ab", "ab|ab")]
    [InlineData("(?#comment)a", "a", "a")]
    [InlineData("(?x) a  b # c", "ab", "ab")]
    [InlineData("(?<name>a)b", "ab", "ab")]
    [InlineData(@"\R", "\r\n\n", "\r\n|\n")]
    [InlineData("(a*)*b", "aab", "aab")]
    [InlineData("(a|b)*?c", "abac", "abac")]
    public void Matches_are_those_of_oniguruma(string pattern, string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Matches(pattern, text)));

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("a{3,2}")]
    [InlineData("*a")]
    [InlineData(@"\p{Sparkle}")]
    [InlineData(@"\p")]
    [InlineData(@"(a)\1")]
    [InlineData("[b-a]")]
    [InlineData("(?<=a+)b")]
    [InlineData(@"\x{110000}")]
    [InlineData("\\")]
    [InlineData("(?q:a)")]
    [InlineData("((((a{1000}){1000}){1000}){1000})")]
    [InlineData("^*")]
    public void What_cannot_be_used_is_refused(string pattern) => Assert.Throws<PatternException>(() => Pattern.Parse(pattern));

    [Theory]
    [InlineData("(a+)+b")]
    [InlineData("(a|aa)+b")]
    [InlineData("(a*)*b")]
    [InlineData("(?:a?){40}b")]
    [InlineData("(a+)+$b|c")]
    public void Exponential_patterns_end_soon(string pattern) => Assert.Empty(Matches(pattern, new string('a', 1000)));

    [Fact]
    public void A_run_that_cannot_match_is_tried_once() => Assert.Equal([" "], Matches(@"\s+$", new string(' ', 200_000) + "a "));

    [Fact]
    public void Deep_nesting_is_refused_and_not_a_stack_overflow()
    {
        Assert.Throws<PatternException>(() => Pattern.Parse(new string('(', 100_000)));
        Assert.Throws<PatternException>(() => Pattern.Parse(new string('[', 100_000)));
        Assert.Throws<PatternException>(() => Pattern.Parse("a" + new string('*', 100_000)));
    }

    private static List<string> Matches(string pattern, string text)
    {
        var matcher = new PatternMatcher();
        matcher.Begin(Pattern.Parse(pattern), text.Length);
        var found = new List<string>();
        while (matcher.Next(text, out int start, out int end))
        {
            found.Add(text[start..end]);
        }

        return found;
    }
}
