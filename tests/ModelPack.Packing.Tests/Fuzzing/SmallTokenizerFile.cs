using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelPack.Tests.Fuzzing;

/// <summary>A tokenizer.json with most of its vocabulary left out, so that damage meets what stands around it.</summary>
internal static class SmallTokenizerFile
{
    private const int MostTokens = 120;
    private const int MostMerges = 40;

    /// <summary>The smaller file; the file itself where it is of another form.</summary>
    public static byte[] Of(byte[] file)
    {
        if (JsonNode.Parse(file) is not JsonObject tokenizer || tokenizer["model"] is not JsonObject model)
        {
            return file;
        }

        if (model["vocab"] is JsonArray pieces)
        {
            while (pieces.Count > MostTokens)
            {
                pieces.RemoveAt(pieces.Count - 1);
            }

            return Encoding.UTF8.GetBytes(tokenizer.ToJsonString());
        }

        if (model["vocab"] is not JsonObject vocabulary)
        {
            return file;
        }

        JsonObject[] added = [.. (tokenizer["added_tokens"] as JsonArray ?? []).OfType<JsonObject>()];
        (string Left, string Right)[] merges = [.. (model["merges"] as JsonArray ?? []).Take(MostMerges).Select(Pair)];
        string prefix = model["continuing_subword_prefix"]?.GetValue<string>() ?? "";
        var kept = new List<string>();
        kept.AddRange(added.Select(token => token["content"]!.GetValue<string>()));
        kept.AddRange(merges.SelectMany(merge => new[] { merge.Left, merge.Right, merge.Left + merge.Right[(merge.Right.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0)..] }));
        kept.AddRange(vocabulary.Select(entry => entry.Key).OrderBy(token => token.Length).Take(MostTokens));
        Dictionary<string, int> ids = kept.Distinct().Index().ToDictionary(token => token.Item, token => token.Index);
        model["vocab"] = new JsonObject(ids.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        if (model["merges"] is JsonArray)
        {
            model["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(merge.Left, merge.Right))]);
        }

        foreach (JsonObject token in added)
        {
            token["id"] = ids[token["content"]!.GetValue<string>()];
        }

        Renumber(tokenizer["post_processor"], ids);
        return Encoding.UTF8.GetBytes(tokenizer.ToJsonString(new JsonSerializerOptions { WriteIndented = false }));
    }

    private static (string Left, string Right) Pair(JsonNode? merge)
    {
        string[] parts = merge is JsonArray pair ? [pair[0]!.GetValue<string>(), pair[1]!.GetValue<string>()] : merge!.GetValue<string>().Split(' ');
        return (parts[0], parts[1]);
    }

    // Ids stand beside their tokens as ["</s>", 2], and as "ids": [1], "tokens": ["<s>"].
    private static void Renumber(JsonNode? node, Dictionary<string, int> ids)
    {
        if (node is JsonObject layout && layout["ids"] is JsonArray && layout["tokens"] is JsonArray tokens)
        {
            layout["ids"] = new JsonArray([.. tokens.Select(token => (JsonNode?)ids.GetValueOrDefault(token!.GetValue<string>()))]);
        }
        else if (node is JsonArray { Count: 2 } pair && pair[0] is JsonValue text && text.TryGetValue(out string? token) && pair[1] is JsonValue number && number.TryGetValue(out int _))
        {
            pair[1] = ids.GetValueOrDefault(token);
        }
        else
        {
            IEnumerable<JsonNode?> children = node switch
            {
                JsonObject parent => [.. parent.Select(member => member.Value)],
                JsonArray list => [.. list],
                _ => [],
            };
            foreach (JsonNode? child in children)
            {
                Renumber(child, ids);
            }
        }
    }
}
