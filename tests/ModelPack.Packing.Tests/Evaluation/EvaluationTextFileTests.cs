using ModelPack.Packing.Evaluation;

namespace ModelPack.Packing.Tests.Evaluation;

public sealed class EvaluationTextFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Text_is_taken_as_it_is_and_texts_of_json_lines_are_joined_by_a_blank_line()
    {
        Assert.Equal("Grüße,\r\n{", EvaluationTextFile.Read(Write("a.txt", "Grüße,\r\n{")));
        Assert.Equal("one\nline\n\nü", EvaluationTextFile.Read(Write("a.jsonl", """
            {"text": "one\nline", "other": 1}

            {"text": "\u00fc"}
            """)));
    }

    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"messages\": []}", "line 2")]
    [InlineData("{\"text\": 1}", "line 1")]
    [InlineData("[\"a\"]", "line 1")]
    [InlineData("{\"text\": \"a", "line 1")]
    public void Lines_without_a_text_are_refused_by_their_number(string content, string line)
    {
        var error = Assert.Throws<ModelPackException>(() => EvaluationTextFile.Read(Write("a.jsonl", content)));
        Assert.Equal("MPK2021", error.Code);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
