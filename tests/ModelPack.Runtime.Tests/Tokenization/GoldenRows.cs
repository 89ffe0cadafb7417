using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace ModelPack.Tests.Tokenization;

/// <summary>Reads the reference outputs below shared/goldens/tokenizers (its README describes the rows).</summary>
internal static class GoldenRows
{
    private static readonly Lazy<Dictionary<string, string>> Inputs = new(ReadInputs);

    /// <summary>The text of an input by its id.</summary>
    public static string Text(string id) => Inputs.Value[id];

    /// <summary>The rows of one kind in the file of a set.</summary>
    public static List<JsonElement> Of(string set, string kind) =>
        [.. Read($"goldens/tokenizers/{set}.jsonl.gz").Where(row => row.GetProperty("kind").GetString() == kind)];

    /// <summary>All rows of a gzip file of JSON lines below shared/.</summary>
    public static List<JsonElement> Read(string relativePath)
    {
        using var stream = new GZipStream(File.OpenRead(SharedFolder.Require(relativePath)), CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Lines(reader.ReadToEnd());
    }

    /// <summary>The tokenizer.json of a set.</summary>
    public static string FileOf(string set)
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("goldens/tokenizers/index.json")));
        JsonElement entry = index.RootElement.GetProperty("sets").EnumerateArray().Single(s => s.GetProperty("name").GetString() == set);
        return SharedFolder.Require(entry.GetProperty("file").GetString()!);
    }

    public static int[] Ints(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static Dictionary<string, string> ReadInputs() =>
        Lines(File.ReadAllText(SharedFolder.Require("goldens/tokenizers/inputs.jsonl"))).ToDictionary(r => r.Text("id"), r => r.Text("text"));

    private static List<JsonElement> Lines(string text) =>
        [.. text.Split('\n').Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];
}
