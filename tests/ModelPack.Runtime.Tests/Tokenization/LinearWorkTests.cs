using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Tests.Tokenization;

/// <summary>Steps, counted and not timed, grow with the text whatever it is made of.</summary>
public sealed class LinearWorkTests
{
    private const int Length = 2_000;

    // Four times the text; a heap's steps also grow with its depth.
    private const double MostGrowth = 5;

    private static readonly string[] Units = ["a", " ", "ab", "a ", "\n", " \n", "\r\n", "\t", "'", "1", "12 ", "A", "aA", "!", "é", "e\u0301", "\u0301\u0323", "😀", "漢", "\u2581", "\u2581a", "\u0000"];

    [SkippableTheory]
    [InlineData("bpe-llama3-template")]
    [InlineData("bpe-gpt2-untyped")]
    [InlineData("bpe-o200k")]
    [InlineData("bpe-cl100k")]
    [InlineData("bpe-kimi")]
    [InlineData("bpe-qwen35")]
    [InlineData("bpe-deepseek3")]
    [InlineData("bpe-deepseek-coder")]
    [InlineData("bpe-bloom")]
    [InlineData("bpe-falcon")]
    [InlineData("bpe-clip")]
    [InlineData("spm-bpe")]
    [InlineData("spm-bpe-gemma")]
    [InlineData("spm-bpe-unk")]
    public void Four_times_the_text_takes_about_four_times_the_steps(string set)
    {
        string file = GoldenRows.FileOf(set);
        TokenizerParts parts = TokenizerFile.Read(File.ReadAllBytes(file), file);
        foreach (string unit in Units)
        {
            long one = Steps(parts, Repeat(unit, Length));
            long four = Steps(parts, Repeat(unit, 4 * Length));
            Assert.True(four <= MostGrowth * one, $"{string.Join(' ', unit.Select(c => $"{(int)c:X4}"))}: {one} steps for {Length} characters, {four} for four times as many");
        }
    }

    [Fact]
    public void Merges_that_alternate_take_steps_in_proportion()
    {
        var merges = new MergeTable(2);
        merges.Set(0, 1, 0, 2);
        merges.Set(2, 2, 1, 3);
        merges.Set(3, 3, 2, 4);
        long one = Steps(merges, Length), four = Steps(merges, 4 * Length);
        Assert.InRange(four, 1, (long)(MostGrowth * one));

        static long Steps(MergeTable merges, int length)
        {
            var symbols = new SymbolList();
            symbols.Reset(length);
            for (int i = 0; i < length; i++)
            {
                symbols.Add(i % 2, i, i + 1);
            }

            symbols.Merge(merges);
            return symbols.Steps;
        }
    }

    [Theory]
    [InlineData(@"(a+)+b")]
    [InlineData(@"\s+$")]
    [InlineData(@"(?:a|aa)+b|\s+(?!\S)")]
    public void Patterns_that_backtrack_take_steps_in_proportion(string pattern)
    {
        Pattern compiled = Pattern.Parse(pattern);
        foreach (string unit in new[] { "a", " ", " a" })
        {
            long one = Steps(Repeat(unit, Length / 2) + "c"), four = Steps(Repeat(unit, Length * 2) + "c");
            Assert.True(four <= MostGrowth * one, $"{pattern} on '{unit}': {one}, then {four}");
        }

        long Steps(string text)
        {
            var matcher = new PatternMatcher();
            matcher.Begin(compiled, text.Length);
            while (matcher.Next(text, out _, out _))
            {
            }

            return matcher.Steps;
        }
    }

    private static long Steps(TokenizerParts parts, string text)
    {
        var workspace = new Workspace();
        var tokens = new TokenList();
        tokens.Reset(tracks: true); // words are not remembered then
        parts.Splitter.Split(text, tracks: true, workspace);
        parts.PreTokenizer?.Apply(workspace);
        foreach (Piece piece in workspace.Pieces.Pieces)
        {
            if (piece.IsText)
            {
                parts.Model.Tokenize(workspace.Pieces.Text, piece.Start, piece.End, workspace, tokens);
            }
        }

        return workspace.Symbols.Steps + workspace.Matcher.Steps + workspace.Pieces.Text.Length;
    }

    private static string Repeat(string unit, int length) => string.Concat(Enumerable.Repeat(unit, length / unit.Length));
}
