using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization;
using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Tests.Tokenization;

/// <summary>Cutting SentencePiece-style texts before they are merged changes nothing.</summary>
public sealed class WordBoundaryTests
{
    private const string Mark = "\u2581";

    /// <summary>Merges by the definition: the pair of lowest rank, leftmost first, over the whole text.</summary>
    [Fact]
    public void Random_texts_merge_as_a_whole_would()
    {
        string[] tokens = ["<unk>", Mark, "a", "b", "c", Mark + "a", "ab", Mark + "ab", "a" + Mark, "c" + Mark + "a", Mark + Mark, Mark + Mark + "b", "bc", "a" + Mark + "b", "abc"];
        (string Left, string Right)[] merges = [("a", "b"), ("c", Mark + "a"), (Mark, "a"), (Mark, Mark), ("b", "c"), (Mark + Mark, "b"), ("a", Mark), ("ab", "c"), (Mark, "ab"), ("a" + Mark, "b")];
        Tokenizer tokenizer = Make(tokens, [.. merges.Where(merge => tokens.Contains(merge.Left + merge.Right))]);
        var random = new Random(5);
        for (int i = 0; i < 5000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => new[] { Mark, Mark, "a", "b", "c", "x" }[random.Next(6)]));
            string[] expected = MergeWhole(text, tokens, merges);
            Assert.Equal(expected, tokenizer.Encode(text).Select(id => tokens[id]));
            Assert.Equal(tokenizer.Encode(text), tokenizer.Tokenize(text).Ids);
        }
    }

    [Fact]
    public void A_text_is_cut_only_where_no_token_goes_across()
    {
        var builder = new VocabularyBuilder(4, 16);
        foreach ((int id, string token) in new[] { Mark, "a", "b" + Mark + "c" }.Index())
        {
            token.CopyTo(builder.Reserve(token.Length));
            builder.Add(token.Length, id);
        }

        WordBoundaries boundaries = WordBoundaries.Of(builder.Build(out _)!)!;
        Assert.Equal(1, boundaries.Next("a" + Mark + "a"));
        Assert.Equal(0, boundaries.Next("b" + Mark + "a"));
        Assert.Equal(0, boundaries.Next(Mark + Mark));
        Assert.Equal(4, boundaries.Next("b" + Mark + Mark + "c" + Mark));
        Assert.Equal(0, boundaries.Next(""));
    }

    private static string[] MergeWhole(string text, string[] tokens, (string Left, string Right)[] merges)
    {
        List<string> symbols = [.. text.Select(unit => tokens.Contains(unit.ToString()) ? unit.ToString() : "<unk>")];
        while (true)
        {
            int best = -1, bestRank = int.MaxValue;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                int rank = Array.IndexOf(merges, (symbols[i], symbols[i + 1]));
                if (rank >= 0 && rank < bestRank && tokens.Contains(symbols[i] + symbols[i + 1]))
                {
                    (best, bestRank) = (i, rank);
                }
            }

            if (best < 0)
            {
                return [.. symbols.Where((symbol, i) => symbol != "<unk>" || i == 0 || symbols[i - 1] != "<unk>")];
            }

            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
    }

    private static Tokenizer Make(string[] tokens, (string Left, string Right)[] merges) => Tokenizer.Parse(
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            version = "1.0",
            model = new { type = "BPE", unk_token = "<unk>", fuse_unk = true, vocab = tokens.Index().ToDictionary(token => token.Item, token => token.Index), merges = merges.Select(merge => new[] { merge.Left, merge.Right }) },
        })),
        "marks");
}
