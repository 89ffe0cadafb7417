using System.Text;
using System.Text.Json.Nodes;

namespace ModelPack.Tests.Tokenization.Conversion;

/// <summary>Takes a tokenizer.json apart into the files that older exports have.</summary>
internal static class OldForm
{
    public static void Write(JsonObject tokenizer, string folder)
    {
        JsonObject model = tokenizer["model"]!.AsObject();
        JsonObject vocabulary = model["vocab"]!.AsObject();
        if (model["merges"] is not JsonArray merges)
        {
            string[] lines = [.. vocabulary.OrderBy(entry => entry.Value!.GetValue<int>()).Select(entry => entry.Key)];
            Save("vocab.txt", string.Join('\n', lines) + "\n");
            return;
        }

        Save("vocab.json", vocabulary.ToJsonString());
        Save("merges.txt", "#version: 0.2\n" + string.Concat(merges.Select(merge => (merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>()) + "\n")));

        void Save(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(false));
    }
}
