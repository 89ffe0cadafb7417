using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Tests.Chat.Templates.Text;

public sealed class TextSearchTests
{
    private static readonly Meter Meter = new(new JinjaOptions { MaxSteps = long.MaxValue, MaxAllocatedBytes = long.MaxValue }, CancellationToken.None);

    [Fact]
    public void Long_patterns_are_found_where_the_library_finds_them()
    {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++)
        {
            string text = RandomText(random, random.Next(400));
            string pattern = round % 2 == 0 && text.Length > 70
                ? text.Substring(random.Next(text.Length - 70), 65 + random.Next(5))
                : RandomText(random, 65 + random.Next(60));
            int start = random.Next(text.Length + 1);

            Assert.Equal(text.IndexOf(pattern, start, StringComparison.Ordinal), TextSearch.IndexOf(Meter, text, pattern, start));
            Assert.Equal(text.AsSpan(0, start).LastIndexOf(pattern, StringComparison.Ordinal), TextSearch.LastIndexOf(Meter, text, pattern, start));
        }
    }

    [Theory]
    [InlineData("aaaa", "aa", 2)]
    [InlineData("a😀b", "", 4)]
    [InlineData("", "", 1)]
    [InlineData("abc", "d", 0)]
    public void Occurrences_are_counted_without_overlap(string text, string pattern, long expected) =>
        Assert.Equal(expected, TextSearch.Count(Meter, text, pattern));

    // Two letters only, so that patterns overlap themselves.
    private static string RandomText(Random random, int length) => string.Create(length, random, static (characters, source) =>
    {
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = source.Next(12) == 0 ? 'b' : 'a';
        }
    });
}
