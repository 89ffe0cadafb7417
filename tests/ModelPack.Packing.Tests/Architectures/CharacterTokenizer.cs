using System.Text.Json.Nodes;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A tokenizer.json of 128 tokens of one character each, so that a generated text tells its ids.</summary>
internal static class CharacterTokenizer
{
    private const int Tokens = 128;
    private const int Printable = 95;

    /// <summary>Writes tokenizer.json into a folder.</summary>
    public static void Write(string folder)
    {
        var vocabulary = new JsonObject();
        for (int id = 0; id < Tokens; id++)
        {
            vocabulary[Character(id).ToString()] = id;
        }

        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["decoder"] = new JsonObject { ["type"] = "Fuse" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer.ToJsonString());
    }

    /// <summary>The ids of a text.</summary>
    public static IEnumerable<long> Ids(string text) => text.Select(character => (long)Enumerable.Range(0, Tokens).First(id => Character(id) == character));

    // What a keyboard has, then letters of other alphabets.
    private static char Character(int id) => id < Printable ? (char)(' ' + id) : (char)('\u0100' + id);
}
