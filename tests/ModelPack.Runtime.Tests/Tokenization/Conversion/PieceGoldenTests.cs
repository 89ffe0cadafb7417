using System.Text.Json;
using ModelPack.Runtime.Tests;
using ModelPack.Runtime.Tokenization;
using ModelPack.Runtime.Tokenization.Conversion;
using ModelPack.Runtime.Tokenization.Conversion.Pieces;

namespace ModelPack.Tests.Tokenization.Conversion;

/// <summary>SentencePiece models by themselves against Google's library.</summary>
public sealed class PieceGoldenTests
{
    public static TheoryData<string, string> Models => new()
    {
        { "spm-bpe", "goldens/tokenizers/files/spm-bpe" },
        { "unigram-bytes", "goldens/tokenizers/files/unigram-bytes" },
        { "unigram-t5", "goldens/tokenizers/files/unigram-t5" },
        { "unigram-xlmr", "goldens/tokenizers/files/unigram-xlmr" },
        { "unigram-albert", "goldens/tokenizers/files/unigram-albert" },
        { "stories260K", "models/stories260K" },
        { "babyllama-tok105", "models/babyllama-tok105" },
        { "llama-2", "models/tokenizers/llama-2" },
    };

    [SkippableTheory]
    [MemberData(nameof(Models))]
    public void A_model_alone_gives_the_ids_and_the_text_of_its_library(string set, string from)
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "tokenizer.model");
        File.Copy(SharedFolder.Require($"{from}/tokenizer.model"), file);
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        PieceModel model = PieceModelReader.Read(File.ReadAllBytes(file), file);

        // The library takes names of special pieces as plain text; a chat needs them to be the pieces.
        string[] special = [.. model.Pieces.Where(piece => piece.Kind is not PieceKind.Normal).Select(piece => piece.Text)];
        var wrong = new List<string>();
        int compared = 0;
        foreach (JsonElement row in GoldenRows.Of($"{set}.sentencepiece", "input"))
        {
            string text = GoldenRows.Text(row.Text("id"));
            if (special.Any(name => text.Contains(name, StringComparison.Ordinal)))
            {
                continue;
            }

            // Where it trims spaces, it trims marks that stood in the text when it decodes too.
            bool decodes = !(model.TrimsSpaces && text.Contains('\u2581', StringComparison.Ordinal));
            compared++;
            int[] expected = row.Ints("ids");
            int[] actual = tokenizer.Encode(text);
            if (!expected.SequenceEqual(actual))
            {
                wrong.Add($"{row.Text("id")}: expected [{string.Join(' ', expected)}], was [{string.Join(' ', actual)}]");
            }
            else if (decodes && !expected.Contains(model.Unknown) && tokenizer.Decode(expected) != row.Text("decoded"))
            {
                wrong.Add($"{row.Text("id")}: expected \"{row.Text("decoded")}\", was \"{tokenizer.Decode(expected)}\"");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {compared} wrong:\n" + string.Join('\n', wrong.Take(12)));
        Assert.True(compared > 340, $"only {compared}");
    }

    [SkippableFact]
    public void The_same_model_gives_the_same_bytes()
    {
        string folder = SharedFolder.Require("models/stories260K");
        Assert.Equal(TokenizerConversion.ToJson(folder), TokenizerConversion.ToJson(folder));
    }
}
