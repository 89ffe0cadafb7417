using System.Text;
using ModelPack.Runtime.Tests;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Tokenization.Conversion;

/// <summary>Broken tokenizers of older forms: an error with a code that names file and place.</summary>
public sealed class MalformedFolderTests
{
    private const string Vocabulary = """{"a":0,"b":1,"ab":2,"<|endoftext|>":3}""";
    private const string Merges = "#version: 0.2\na b\n";
    private const string Words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n";

    // tokenizer.model, by its bytes in hexadecimal; 0A0A 0A03E29681 15000080BF is a piece "▁" of score -1.
    private const string Unknown = "0A0E 0A05 3C756E6B3E 1500000000 1802 ";
    private const string Normal = "0A0A 0A03 E29681 15000080BF ";

    [Theory]
    [InlineData("", "MPK4102", "no pieces")]
    [InlineData("FF", "MPK4102", "byte 0")]
    [InlineData("76657273696F6E", "MPK4102", "byte")] // "version": a pointer instead of the file
    [InlineData("0AFFFFFFFF0F", "MPK4102", "byte 0")]
    [InlineData("0A80808080808080808001", "MPK4102", "byte 0")]
    [InlineData("0801", "MPK4102", "field 1")]
    [InlineData("1005", "MPK4102", "field 2")]
    [InlineData("0B0C", "MPK4102", "byte 0")]
    [InlineData("0A02 0A05", "MPK4102", "pieces[0]")]
    [InlineData("0A04 0A02 C328", "MPK4102", "pieces[0]")]
    [InlineData("0A05 1500000000", "MPK4103", "pieces[0]")]
    [InlineData("0A08 0A01 61 150000C07F", "MPK4103", "pieces[0]")]
    [InlineData("0A05 0A01 61 1863", "MPK4103", "pieces[0]")]
    [InlineData("0A05 0A01 61 18FFFFFFFFFFFFFFFFFF01", "MPK4102", "pieces")]
    [InlineData(Normal, "MPK4105", "pieces")]
    [InlineData(Unknown + Unknown, "MPK4105", "pieces[1]")]
    [InlineData(Unknown + Normal + Normal, "MPK4105", "pieces[2]")]
    [InlineData(Unknown + Normal + "1202 1809", "MPK4104", "trainer_spec.model_type")]
    [InlineData(Unknown + Normal + "1202 1803", "MPK4104", "trainer_spec.model_type")]
    [InlineData(Unknown + Normal + "1203 C00101", "MPK4104", "treat_whitespace_as_suffix")]
    [InlineData(Unknown + Normal + "1A02 2800", "MPK4104", "escape_whitespaces")]
    [InlineData(Unknown + Normal + "1201 FF", "MPK4102", "trainer_spec")]
    [InlineData(Unknown + Normal + "1A01 FF", "MPK4102", "normalizer_spec")]
    [InlineData(Unknown + Normal + "1A04 1202 0000", "MPK4103", "precompiled_charsmap")]
    [InlineData(Unknown + Normal + "0A05 0A01 78 1805", "MPK4104", "pieces[2]")]
    public void A_broken_SentencePiece_model_is_refused_by_file_and_place(string bytes, string code, string place)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));
        AssertRefused(folder, code, "tokenizer.model", place);
    }

    [Fact]
    public void The_smallest_SentencePiece_model_is_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"), Convert.FromHexString((Unknown + Normal).Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal([1, 0], Tokenizer.Load(folder.Path).Encode("x"));
    }

    [Fact]
    public void A_piece_as_long_as_a_book_is_refused_and_not_cut_at_every_place()
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 300_000));
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("tokenizer.model"),
        [
            .. Convert.FromHexString(Unknown.Replace(" ", "", StringComparison.Ordinal)), 0x0A, .. Varint(text.Length + 4), 0x0A, .. Varint(text.Length), .. text, 0x12, 0x02, 0x18, 0x02,
        ]);
        AssertRefused(folder, "MPK4103", "tokenizer.model", "pieces[1]");
    }

    [Theory]
    [InlineData("[]", Merges, "MPK4102", "vocab.json", "")]
    [InlineData("{\"a\":0", Merges, "MPK4102", "vocab.json", "")]
    [InlineData("{\"a\":0}{}", Merges, "MPK4102", "vocab.json", "")]
    [InlineData("{}", Merges, "MPK4103", "vocab.json", "")]
    [InlineData("{\"a\":-1}", Merges, "MPK4103", "vocab.json", "'a'")]
    [InlineData("{\"a\":\"0\"}", Merges, "MPK4103", "vocab.json", "'a'")]
    [InlineData("{\"a\":0.5}", Merges, "MPK4103", "vocab.json", "'a'")]
    [InlineData("{\"a\":0,\"a\":1}", Merges, "MPK4105", "vocab.json", "'a'")]
    [InlineData("{\"a\":0,\"b\":0}", Merges, "MPK4105", "vocab.json", "'b'")]
    [InlineData("{\"\\ud800\":0}", Merges, "MPK4102", "vocab.json", "")]
    [InlineData("{\"a\":2000000000}", "", "MPK4105", "vocab.json", "2000000000")]
    [InlineData(Vocabulary, "a\n", "MPK4103", "merges.txt", "line 1")]
    [InlineData(Vocabulary, "#version: 0.2\na b\nab \n", "MPK4103", "merges.txt", "line 3")]
    [InlineData(Vocabulary, " b\n", "MPK4103", "merges.txt", "line 1")]
    [InlineData(Vocabulary, "a  b\n", "MPK4103", "merges.txt", "line 1")]
    [InlineData(Vocabulary, "a b ab\n", "MPK4103", "merges.txt", "line 1")]
    [InlineData(Vocabulary, "b a\n", "MPK4105", "merges.txt", "line 1")]
    [InlineData(Vocabulary, "a c\n", "MPK4105", "merges.txt", "'c'")]
    public void Broken_vocabularies_and_merges_are_refused_by_file_and_place(string vocabulary, string merges, string code, string file, string place)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("vocab.json"), vocabulary);
        File.WriteAllText(folder.File("merges.txt"), merges);
        AssertRefused(folder, code, file, place);
    }

    [Theory]
    [InlineData("", "MPK4102", "")]
    [InlineData("\n\n", "MPK4102", "")]
    [InlineData("a\nb\n", "MPK4105", "[UNK]")]
    [InlineData(Words + "a\n", "MPK4105", "'a'")]
    public void Broken_lists_of_words_are_refused(string words, string code, string place)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("vocab.txt"), words);
        AssertRefused(folder, code, "vocab.txt", place);
    }

    [Theory]
    [InlineData("tokenizer_config.json", "[]", "MPK4102", "")]
    [InlineData("tokenizer_config.json", "{", "MPK4102", "")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":5}""", "MPK4103", "tokenizer_class")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"OwlTokenizer"}""", "MPK4104", "OwlTokenizer")]
    [InlineData("tokenizer_config.json", """{"do_lower_case":"yes"}""", "MPK4103", "do_lower_case")]
    [InlineData("tokenizer_config.json", """{"unk_token":{"text":"x"}}""", "MPK4103", "unk_token.content")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"x":{"content":"y"}}}""", "MPK4103", "added_tokens_decoder.x")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"5":{}}}""", "MPK4103", "added_tokens_decoder.5.content")]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens":[7]}""", "MPK4103", "additional_special_tokens[0]")]
    [InlineData("tokenizer_config.json", """{"unk_token":"\ud800"}""", "MPK4102", "Unicode")]
    [InlineData("special_tokens_map.json", """{"cls_token":1}""", "MPK4103", "cls_token")]
    [InlineData("added_tokens.json", """{"<x>":"y"}""", "MPK4103", "<x>")]
    [InlineData("added_tokens.json", """{"<x>":100}""", "MPK4105", "<x>")]
    public void Broken_settings_are_refused_by_file_and_field(string file, string content, string code, string field)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("vocab.txt"), Words);
        File.WriteAllText(folder.File(file), content);
        AssertRefused(folder, code, code == "MPK4105" ? folder.Path : file, field);
    }

    [Fact]
    public void A_folder_with_nothing_to_make_a_tokenizer_from_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("vocab.json"), Vocabulary);
        AssertRefused(folder, "MPK4101", "tokenizer.json", "");
    }

    private static void AssertRefused(TemporaryFolder folder, string code, string file, string place)
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => Tokenizer.Load(folder.Path));
        Assert.Equal(code, error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
