using ModelPack.Runtime.Tests;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Tokenization;

/// <summary>Long and nasty texts: time in proportion to the length, nothing lost.</summary>
public sealed class HostileTextTests
{
    private static readonly Tokenizer TinyTales = Tokenizer.Load(Path.Combine(SharedFolder.Repository, "samples/models/tinytales"));

    /// <summary>Far above what a linear algorithm takes on a busy machine, far below what a quadratic one does.</summary>
    private static readonly TimeSpan Plenty = TimeSpan.FromSeconds(10);

    private static readonly string[] HostileUnits = ["a", " ", "\n", "\t ", "'", "1", "é", "😀", "漢", "e\u0301", "\u0301\u0323", "<", "<|begin|>", "a ", "A", "\u0000"];

    public static TheoryData<string> Units => [.. HostileUnits];

    [Theory]
    [MemberData(nameof(Units))]
    public void Two_hundred_thousand_units_of_one_kind_are_encoded_soon_and_come_back(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 200_000 / unit.Length));
        var clock = Stopwatch.StartNew();
        int[] ids = TinyTales.Encode(text, addSpecialTokens: false);
        Assert.Equal(text, TinyTales.Decode(ids, skipSpecialTokens: false));
        Assert.True(clock.Elapsed < Plenty, $"took {clock.Elapsed}");
    }

    [SkippableTheory]
    [InlineData("llama-3")]
    [InlineData("qwen3")]
    [InlineData("phi-3")]
    [InlineData("bpe-o200k")]
    [InlineData("unigram-t5")]
    [InlineData("wordpiece-uncased")]
    public void Long_runs_are_encoded_soon_by_every_kind_of_model(string set)
    {
        Tokenizer tokenizer = Tokenizer.Load(GoldenRows.FileOf(set));
        foreach (string unit in HostileUnits)
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
            var clock = Stopwatch.StartNew();
            tokenizer.Encode(text);
            Assert.True(clock.Elapsed < Plenty, $"{JsonSerializer.Serialize(unit)} took {clock.Elapsed}");
        }
    }

    [Fact]
    public void Threads_share_a_tokenizer_and_get_the_same_ids()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"Story {i}: the owl's {i * 7919} lanterns 😀 shone{new string('!', i % 5)}")];
        int[][] expected = [.. texts.Select(text => TinyTales.Encode(text))];
        Parallel.For(0, 2000, i => Assert.Equal(expected[i % 200], TinyTales.Encode(texts[i % 200])));
    }

    [Fact]
    public void Encoding_into_a_list_allocates_nothing_once_warm()
    {
        string text = "Once upon a time there was a little owl who lived in a lantern. " + new string('x', 100);
        var ids = new List<int>(1000);
        for (int i = 0; i < 200; i++)
        {
            ids.Clear();
            TinyTales.Encode(text, ids);
        }

        long allocated = AllocatedBytes.Least(_ =>
        {
            for (int i = 0; i < 100; i++)
            {
                ids.Clear();
                TinyTales.Encode(text, ids);
            }
        });

        Assert.True(allocated < 2000, $"{allocated} bytes");
    }

    [Fact]
    public void Streaming_allocates_the_pieces_and_nothing_else()
    {
        int[] ids = TinyTales.Encode("Once upon a time there was a little owl who lived in a lantern 😀.", addSpecialTokens: false);
        StreamingDecoder decoder = TinyTales.CreateStreamingDecoder();
        long pieces = 0;
        long allocated = AllocatedBytes.Least(_ =>
        {
            pieces = 0;
            decoder.Reset();
            foreach (int id in ids)
            {
                int length = decoder.Append(id).Length;
                pieces += length == 0 ? 0 : (22 + (2 * length) + 7) / 8 * 8;
            }
        });

        Assert.True(allocated <= pieces, $"{allocated} bytes for {pieces} bytes of pieces");
    }

    [Fact]
    public void Random_bytes_are_never_anything_but_an_error_with_a_code()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(SharedFolder.Repository, "samples/models/tinytales/tokenizer.json"));
        var random = new Random(20261123);
        for (int i = 0; i < 150; i++)
        {
            byte[] file = good.AsSpan(0, Math.Min(good.Length, 4000 + random.Next(good.Length))).ToArray();
            for (int k = 0; k < 1 + (i % 4); k++)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                Tokenizer.Parse(file, "damaged.json").Encode("A story about an owl.");
            }
            catch (ModelPackException error)
            {
                Assert.StartsWith("MPK41", error.Code, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Truncated_at_every_structural_place_a_file_is_refused()
    {
        string good = """{"version":"1.0","added_tokens":[],"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}""";
        Assert.Equal([2], Tokenizer.Parse(Encoding.UTF8.GetBytes(good), "x").Encode("ab"));
        for (int length = 0; length < good.Length; length++)
        {
            byte[] cut = Encoding.UTF8.GetBytes(good[..length]);
            Assert.Equal("MPK4102", Assert.Throws<ModelPackException>(() => Tokenizer.Parse(cut, "x")).Code);
        }
    }
}
