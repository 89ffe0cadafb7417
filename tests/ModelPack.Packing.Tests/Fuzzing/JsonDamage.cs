using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelPack.Tests.Fuzzing;

/// <summary>Changes values of a JSON file, which stays JSON: what gets past the parser meets the checks of fields. Pure.</summary>
internal static class JsonDamage
{
    // Long lists and tables are all alike; a few of their entries stand for them.
    private const int MostOfAList = 12;

    private const string Half = "half a pair";
    private const string HalfEscape = "\\ud800";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file with one to three values replaced, moved or left out.</summary>
    public static byte[] Of(byte[] file, IReadOnlyList<byte[]> values, Random random)
    {
        JsonNode? root = Parse(file);
        if (root is not (JsonObject or JsonArray))
        {
            return file;
        }

        for (int left = random.Next(1, 4); left > 0; left--)
        {
            var places = new List<(JsonNode Parent, string? Name, int Index)>();
            Collect(root, places, random);
            if (places.Count > 0)
            {
                Change(places[random.Next(places.Count)], places[random.Next(places.Count)], values, random);
            }
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString(Compact).Replace(Half, HalfEscape, StringComparison.Ordinal));
    }

    private static void Change((JsonNode Parent, string? Name, int Index) at, (JsonNode Parent, string? Name, int Index) other, IReadOnlyList<byte[]> values, Random random)
    {
        JsonNode? value = random.Next(4) == 0 ? ValueAt(other)?.DeepClone() : Parse(values[random.Next(values.Count)]);
        switch (at.Parent)
        {
            case JsonObject parent when random.Next(6) == 0:
                parent.Remove(at.Name!);
                break;
            case JsonObject parent:
                parent[at.Name!] = value;
                break;
            case JsonArray list when random.Next(6) == 0:
                list.Insert(at.Index, value);
                break;
            case JsonArray list:
                list[at.Index] = value;
                break;
        }
    }

    private static JsonNode? ValueAt((JsonNode Parent, string? Name, int Index) at) => at.Parent is JsonObject parent ? parent[at.Name!] : ((JsonArray)at.Parent)[at.Index];

    private static void Collect(JsonNode node, List<(JsonNode, string?, int)> places, Random random)
    {
        if (node is JsonObject parent)
        {
            foreach ((string name, JsonNode? value) in Some([.. parent], random))
            {
                places.Add((parent, name, 0));
                if (value is not null)
                {
                    Collect(value, places, random);
                }
            }
        }
        else if (node is JsonArray list)
        {
            foreach (int index in Some([.. Enumerable.Range(0, list.Count)], random))
            {
                places.Add((list, null, index));
                if (list[index] is { } value)
                {
                    Collect(value, places, random);
                }
            }
        }
    }

    private static T[] Some<T>(T[] all, Random random) => all.Length <= MostOfAList ? all : random.GetItems(all, MostOfAList);

    // A node cannot hold half a surrogate pair; its place is held until the end.
    private static JsonNode? Parse(byte[] json)
    {
        try
        {
            return json.AsSpan().IndexOf("\\ud800"u8) < 0 ? JsonNode.Parse(json) : JsonValue.Create(Half);
        }
        catch (JsonException)
        {
            return JsonValue.Create("?");
        }
    }
}
