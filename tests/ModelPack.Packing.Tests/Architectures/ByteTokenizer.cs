using System.Text.Json.Nodes;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A byte-level tokenizer of 128 tokens of one byte each, which GGUF files can hold; those of text come first.</summary>
internal static class ByteTokenizer
{
    /// <summary>Texts by id, in GPT-2's alphabet of bytes.</summary>
    public static string[] Tokens { get; } =
    [
        "\u0120", "\u010a", .. Enumerable.Range('!', '~' - '!' + 1).Select(code => ((char)code).ToString()), .. Enumerable.Range(0xa1, 32).Where(code => code != 0xad).Select(code => ((char)code).ToString()), "\u00ff",
    ];

    /// <summary>Writes tokenizer.json into a folder.</summary>
    public static void Write(string folder)
    {
        var vocabulary = new JsonObject();
        for (int id = 0; id < Tokens.Length; id++)
        {
            vocabulary[Tokens[id]] = id;
        }

        var step = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["pre_tokenizer"] = step,
            ["decoder"] = step.DeepClone(),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer.ToJsonString());
    }
}
