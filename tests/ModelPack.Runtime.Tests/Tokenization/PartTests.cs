using System.Text;
using System.Text.Json;
using ModelPack.Runtime.Tokenization;
using ModelPack.Runtime.Tokenization.Decoders;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Normalizers;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.PreTokenizers;

namespace ModelPack.Tests.Tokenization;

/// <summary>Each component of the format by itself, against the reference library's.</summary>
public sealed class PartTests
{
    [SkippableFact]
    public void Normalizers_write_what_the_reference_ones_write()
    {
        CheckAll("normalizers", "id", (config, check) =>
        {
            Normalizer normalizer = Components.Normalizer(config);
            var workspace = new Workspace();
            check(row =>
            {
                workspace.Segment.Reset(tracks: false);
                workspace.Segment.AppendOriginal(GoldenRows.Text(row.Text("id")), 0);
                normalizer.Apply(workspace);
                return (row.Text("out"), workspace.Segment.Units.ToString());
            });
        });
    }

    [SkippableFact]
    public void Pre_tokenizers_cut_where_the_reference_ones_cut()
    {
        CheckAll("pre_tokenizers", "id", (config, check) =>
        {
            PreTokenizer preTokenizer = Components.PreTokenizer(config);
            var workspace = new Workspace();
            check(row =>
            {
                string text = GoldenRows.Text(row.Text("id"));
                workspace.Pieces.Reset(tracks: true);
                workspace.Pieces.AddOriginal(text, 0, -1);
                preTokenizer.Apply(workspace);
                return (Expected(row), Actual(workspace.Pieces, text));
            });
        });
    }

    [SkippableFact]
    public void Decoders_join_what_the_reference_ones_join()
    {
        CheckAll("decoders", "tokens", (config, check) =>
        {
            TokenDecoder decoder = Components.Decoder(config);
            check(row =>
            {
                var sink = new TextSink();
                DecodeStage stage = decoder.Start(sink);
                foreach (JsonElement token in row.GetProperty("tokens").EnumerateArray())
                {
                    stage.Write(token.GetString());
                    stage.EndToken();
                }

                stage.Finish();
                return (row.Text("out"), sink.Take());
            });
        });
    }

    [SkippableFact]
    public void Post_processors_lay_out_as_the_reference_ones_do()
    {
        CheckAll("post_processors", "first", (config, check) =>
        {
            Tokenizer tokenizer = OverSmallVocabulary(config.Element);
            check(row =>
            {
                TokenizedText actual = tokenizer.Tokenize(
                    row.Text("first"), row.GetProperty("second").GetString(), row.GetProperty("add_special_tokens").GetBoolean());
                string expected = $"{row.GetProperty("ids")} {row.GetProperty("type_ids")} {row.GetProperty("special_tokens_mask")} {row.GetProperty("offsets")}";
                string offsets = string.Join(',', actual.Offsets.Select(o => $"[{o.Start},{o.End}]"));
                return (expected, $"[{string.Join(',', actual.Ids)}] [{string.Join(',', actual.TypeIds)}] [{string.Join(',', actual.SpecialTokensMask)}] [{offsets}]");
            });
        });
    }

    [Fact]
    public void A_component_that_is_not_supported_is_refused_by_its_name()
    {
        JsonElement config = JsonDocument.Parse("""{"type":"UnicodeScripts"}""").RootElement;
        ModelPackException error = Assert.Throws<ModelPackException>(() => Components.PreTokenizer(new JsonPart(config, "pre_tokenizer", "x.json")));
        Assert.Equal("MPK4104", error.Code);
        Assert.Contains("pre_tokenizer.type is 'UnicodeScripts'", error.Message, StringComparison.Ordinal);
    }

    private static void CheckAll(string kind, string idField, Action<JsonPart, Action<Func<JsonElement, (string Expected, string Actual)>>> run)
    {
        var wrong = new List<string>();
        int compared = 0;
        foreach (JsonElement part in GoldenRows.Read($"goldens/tokenizers/parts/{kind}.jsonl.gz"))
        {
            string name = part.Text("name");
            if (name == "unicode-scripts" || Config(part.GetProperty("config")) is not { } config)
            {
                continue;
            }

            run(new JsonPart(config, kind, name), compare =>
            {
                foreach (JsonElement row in part.GetProperty("cases").EnumerateArray().Where(row => !row.TryGetProperty("error", out _)))
                {
                    (string expected, string actual) = compare(row);
                    compared++;
                    if (expected != actual)
                    {
                        wrong.Add($"{name} {row.GetProperty(idField)}: expected {expected}, was {actual}");
                    }
                }
            });
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {compared} wrong:\n" + string.Join('\n', wrong.Take(20)));
        Assert.True(compared > 100);
    }

    /// <summary>The configuration itself, or the normalizer of the file whose charsmap it names; null where only the tokenizer.model has that.</summary>
    private static JsonElement? Config(JsonElement config)
    {
        if (!config.TryGetProperty("$charsmap_of", out JsonElement set))
        {
            return config;
        }

        JsonElement normalizer = JsonDocument.Parse(File.ReadAllBytes(GoldenRows.FileOf(set.GetString()!))).RootElement.GetProperty("normalizer");
        return normalizer.Text("type") == "Precompiled"
            ? normalizer
            : normalizer.GetProperty("normalizers").EnumerateArray().Where(n => n.Text("type") == "Precompiled").Select(n => (JsonElement?)n).FirstOrDefault();
    }

    private static Tokenizer OverSmallVocabulary(JsonElement postProcessor)
    {
        string[] words = ["[UNK]", "a", "b", "c", "d", "e", "[CLS]", "[SEP]", "<s>", "</s>"];
        string file = JsonSerializer.Serialize(new
        {
            version = "1.0",
            pre_tokenizer = new { type = "Whitespace" },
            post_processor = postProcessor,
            model = new { type = "WordLevel", unk_token = "[UNK]", vocab = words.Index().ToDictionary(w => w.Item, w => w.Index) },
        });
        return Tokenizer.Parse(Encoding.UTF8.GetBytes(file), "small");
    }

    private static string Expected(JsonElement row)
    {
        IEnumerable<string> pieces = row.GetProperty("pieces").EnumerateArray().Select(p => p.GetString()!);
        IEnumerable<string> offsets = row.GetProperty("offsets").EnumerateArray().Select(o => $"{o[0]}-{o[1]}");
        return string.Join('|', pieces.Zip(offsets).Where(pair => pair.First.Length > 0).Select(pair => $"{pair.First} {pair.Second}"));
    }

    private static string Actual(PieceBuffer pieces, string text)
    {
        var result = new List<string>();
        foreach (Piece piece in pieces.Pieces)
        {
            (int start, int end) = pieces.Text.Source(piece.Start, piece.End);
            result.Add($"{pieces.UnitsOf(piece)} {CodePoints(text, start)}-{CodePoints(text, end)}");
        }

        return string.Join('|', result.Where((_, i) => pieces.Pieces[i].Length > 0));
    }

    private static int CodePoints(string text, int units) => text.AsSpan(0, units).ToString().EnumerateRunes().Count();
}
