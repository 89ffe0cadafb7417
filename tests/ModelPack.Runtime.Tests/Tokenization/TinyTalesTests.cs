using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Tokenization;

/// <summary>The public surface, over the tokenizer that comes with the repository.</summary>
public sealed class TinyTalesTests
{
    private static readonly Tokenizer TinyTales = Tokenizer.Load(Path.Combine(SharedFolder.Repository, "samples/models/tinytales"));

    [Fact]
    public void A_text_gets_the_ids_that_the_reference_library_gives()
    {
        Assert.Equal([2044, 1921, 551, 297], TinyTales.Encode("Hello world"));
        Assert.Equal([1921, 551, 297], TinyTales.Encode("Hello world", addSpecialTokens: false));
        Assert.Equal(4, TinyTales.CountTokens("Hello world"));
    }

    [Fact]
    public void Special_tokens_are_left_out_unless_asked_for()
    {
        Assert.Equal("Hello world", TinyTales.Decode([2044, 1921, 551, 297]));
        Assert.Equal("<|begin|>Hello world", TinyTales.Decode([2044, 1921, 551, 297], skipSpecialTokens: false));
        Assert.True(TinyTales.IsSpecial(2044));
        Assert.False(TinyTales.IsSpecial(1921));
    }

    [Fact]
    public void Tokens_and_ids_find_each_other()
    {
        Assert.Equal(2044, TinyTales.TokenToId("<|begin|>"));
        Assert.Equal("<|begin|>", TinyTales.IdToToken(2044));
        Assert.Equal("Ġwor", TinyTales.IdToToken(551));
        Assert.Null(TinyTales.TokenToId("no such token"));
        Assert.Null(TinyTales.IdToToken(-1));
        Assert.Null(TinyTales.IdToToken(TinyTales.VocabularySize));
    }

    [Fact]
    public void Ids_that_no_token_has_decode_to_nothing()
    {
        Assert.Equal("Hello", TinyTales.Decode([-5, 1921, int.MaxValue]));
    }

    [Fact]
    public void Half_a_surrogate_pair_counts_as_the_replacement_character()
    {
        (string Text, string WellFormed)[] cases = [("a\uD800b", "a\uFFFDb"), ("\uDC00", "\uFFFD"), ("\uD83D\uD83D\uDE00", "\uFFFD😀")];
        foreach ((string text, string wellFormed) in cases)
        {
            Assert.Equal(TinyTales.Encode(wellFormed), TinyTales.Encode(text));
            Assert.Equal(wellFormed, TinyTales.Decode(TinyTales.Encode(text)));
        }
    }

    [Fact]
    public void A_character_of_several_tokens_is_streamed_whole()
    {
        StreamingDecoder decoder = TinyTales.CreateStreamingDecoder();
        int[] ids = TinyTales.Encode("a😀b", addSpecialTokens: false);
        Assert.True(ids.Length > 3);
        string[] pieces = [.. ids.Select(decoder.Append)];
        Assert.Equal("a", pieces[0]);
        Assert.All(pieces, piece => Assert.Equal(0, piece.Count(char.IsSurrogate) % 2));
        Assert.Equal("a😀b", string.Concat(pieces) + decoder.Flush());
    }

    [Fact]
    public void An_incomplete_character_is_held_back_until_the_text_ends()
    {
        StreamingDecoder decoder = TinyTales.CreateStreamingDecoder();
        int[] ids = TinyTales.Encode("😀", addSpecialTokens: false);
        Assert.Equal("", decoder.Append(ids[0]));
        Assert.Equal("\uFFFD", decoder.Flush());
        decoder.Append(ids[0]);
        decoder.Reset();
        Assert.Equal("", decoder.Flush());
    }
}
