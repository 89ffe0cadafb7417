using System.Text.Json;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Tokenization;

/// <summary>Broken tokenizer.json files: an error with a code that names file and field, or the result that is expected all the same.</summary>
public sealed class MalformedTests
{
    /// <summary>Accepted files whose tokenization is stated: what the reference library makes of <c>abc a zz&lt;|end|&gt;</c>.</summary>
    private const string Probe = "abc a zz<|end|>";

    [SkippableFact]
    public void Every_malformed_file_is_refused_by_field_or_read_as_stated()
    {
        string folder = SharedFolder.Require("goldens/tokenizers/malformed");
        var wrong = new List<string>();
        int refused = 0;
        foreach (string line in File.ReadAllLines(Path.Combine(folder, "index.jsonl")))
        {
            JsonElement row = JsonDocument.Parse(line).RootElement;
            string problem = Check(Path.Combine(folder, row.Text("file")), row.Text("field"), row.Text("expected"));
            refused += row.Text("expected") == "refuse" ? 1 : 0;
            if (problem.Length > 0)
            {
                wrong.Add($"{row.Text("name")}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(refused > 60);
    }

    [SkippableFact]
    public void Gaps_and_repeated_merges_are_read_as_the_reference_reads_them()
    {
        Assert.Equal([5, 6, 3, 7], Load("good").Encode(Probe));
        Assert.Equal([5, 6, 3, 8], Load("vocab-gap").Encode(Probe));
        Assert.Equal("", Load("vocab-gap").Decode([50]));
        Assert.Equal([4, 2, 3, 0, 3, 7], Load("merge-duplicate").Encode(Probe));
        Assert.Equal([5, 6, 3, 7], Load("unknown-field").Encode(Probe));
    }

    [SkippableFact]
    public void A_pattern_of_exponential_cost_ends()
    {
        Tokenizer tokenizer = Load("pre-tokenizer-regex-catastrophe");
        Task<int[]> encoding = Task.Run(() => tokenizer.Encode(new string('a', 48) + "b"));
        Assert.True(encoding.Wait(TimeSpan.FromSeconds(20)), "encoding hangs");
    }

    private static Tokenizer Load(string name) => Tokenizer.Load(SharedFolder.Require($"goldens/tokenizers/malformed/{name}.json"));

    private static string Check(string file, string field, string expected)
    {
        try
        {
            Tokenizer.Load(file).Encode(Probe);
            return expected.StartsWith("accept", StringComparison.Ordinal) ? "" : "was accepted";
        }
        catch (ModelPackException error)
        {
            return expected.StartsWith("accept", StringComparison.Ordinal) && !expected.Contains("refuse", StringComparison.Ordinal) ? $"was refused: {error.Message}"
                : !error.Code.StartsWith("MPK41", StringComparison.Ordinal) ? $"has the code {error.Code}"
                : !error.Message.Contains(file, StringComparison.Ordinal) ? $"names no file: {error.Message}"
                : !error.Message.Contains(field, StringComparison.Ordinal) ? $"does not name {field}: {error.Message}"
                : "";
        }
#pragma warning disable CA1031 // any other exception is what this test is about
        catch (Exception error)
#pragma warning restore CA1031
        {
            return $"throws {error.GetType().Name}: {error.Message}";
        }
    }
}
