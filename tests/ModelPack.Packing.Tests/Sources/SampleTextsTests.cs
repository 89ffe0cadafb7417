using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Tests.Sources;

/// <summary>Texts that an encoder is measured on.</summary>
public sealed class SampleTextsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lines_of_a_text_and_texts_of_objects_are_samples_as_many_as_asked_for()
    {
        Assert.Equal(["one", "two"], SampleTexts.Read(Write("a.txt", " one \n\n\ttwo\nthree\n"), 2));
        Assert.Equal(["one", "zwei\nDrei"], SampleTexts.Read(Write("a.jsonl", "{\"text\": \"one\"}\n\n{\"id\": 2, \"text\": \"zwei\\nDrei\"}\n"), 10));
    }

    [Theory]
    [InlineData("a.txt", "\n \n", "MPK1602", "a.txt")]
    [InlineData("a.jsonl", "{\"text\": \"one\"}\n{\"txt\": \"two\"}", "MPK1603", "line 2")]
    [InlineData("a.jsonl", "one", "MPK1603", "line 1")]
    [InlineData("a.jsonl", "{\"text\": null}", "MPK1603", "line 1")]
    public void A_file_without_texts_is_refused(string file, string content, string code, string named)
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => SampleTexts.Read(Write(file, content), 10));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("gone.txt", Assert.Throws<ModelPackException>(() => SampleTexts.Read(Path.Combine(_folder, "gone.txt"), 1)).Message, StringComparison.Ordinal);

    private string Write(string file, string content)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllText(path, content);
        return path;
    }
}
