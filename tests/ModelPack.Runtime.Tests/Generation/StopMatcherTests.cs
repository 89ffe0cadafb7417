using System.Text;
using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime.Tests.Generation;

public class StopMatcherTests
{
    [Theory]
    [InlineData("Hello World, this is text", "this", "Hello World, ")]
    [InlineData("aaab", "aab", "a")]
    [InlineData("abababac", "ababac", "ab")]
    [InlineData("one two", "three", "one two")]
    [InlineData("ends with User", "User:", "ends with User")]
    [InlineData("ends with User:", "User:", "ends with ")]
    [InlineData("stop", "stop", "")]
    [InlineData("größer 😀😁 ende", "😁", "größer 😀")]
    public void Text_ends_before_the_stop_string_however_it_arrives(string text, string stop, string expected)
    {
        for (int size = 1; size <= text.Length; size++)
        {
            Assert.Equal(expected, Feed(text, size, [stop], out _));
        }
    }

    [Fact]
    public void The_stop_string_that_is_complete_first_counts()
    {
        Assert.Equal("a", Feed("abcdef", 3, ["cdef", "bc"], out string? found));
        Assert.Equal("bc", found);
    }

    [Fact]
    public void Of_stop_strings_that_end_together_the_longest_counts()
    {
        Assert.Equal("x", Feed("xabc", 2, ["c", "abc", "bc"], out string? found));
        Assert.Equal("abc", found);
    }

    [Fact]
    public void Only_a_possible_beginning_is_held_back()
    {
        var matcher = new StopMatcher(["\nUser:"]);
        Assert.Equal("Hi.", matcher.Append("Hi.\nUs"));
        Assert.Equal("\nUse the", matcher.Append("e the"));
        Assert.Equal("", matcher.Append("\n"));
        Assert.Equal("\n", matcher.Flush());
    }

    [Fact]
    public void Random_texts_of_few_letters_never_leak_any_part()
    {
        var random = new Random(3);
        for (int round = 0; round < 2000; round++)
        {
            string text = Letters(random, 30);
            string[] stops = [Letters(random, 1 + random.Next(5)), Letters(random, 1 + random.Next(4))];
            string expected = Cut(text, stops);
            Assert.Equal(expected, Feed(text, 1 + random.Next(6), stops, out _));
        }
    }

    private static string Letters(Random random, int count) => new([.. Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(2)))]);

    private static string Cut(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            string? longest = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
            if (longest is not null)
            {
                return text[..(end - longest.Length)];
            }
        }

        return text;
    }

    private static string Feed(string text, int size, string[] stops, out string? found)
    {
        var matcher = new StopMatcher(stops);
        var shown = new StringBuilder();
        for (int i = 0; i < text.Length && matcher.Found is null; i += size)
        {
            shown.Append(matcher.Append(text.Substring(i, Math.Min(size, text.Length - i))));
            string allowed = Cut(text, stops);
            Assert.StartsWith(shown.ToString(), allowed, StringComparison.Ordinal);
        }

        shown.Append(matcher.Flush());
        found = matcher.Found;
        return shown.ToString();
    }
}
