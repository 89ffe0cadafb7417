using Microsoft.Extensions.Logging;
using ModelPack.Runtime.Tests.Sessions;

namespace ModelPack.Runtime.Tests;

public class PackedModelTests
{
    [Fact]
    public void A_folder_opens_by_its_path()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("größe mit Leerzeichen");
        SmallModel.Write(path);
        using var model = PackedModel.Open(path, SmallModel.OneThread);
        Assert.Equal("größe mit Leerzeichen", model.Name);
        Assert.Null(model.Key);
        Assert.Equal(path, model.Folder);
        Assert.Equal("CPU", model.Device);
        Assert.Equal(SmallDecoder.Context, model.ContextLength);
        Assert.Equal(SmallTokenizer.Vocabulary, model.VocabularySize);
        Assert.Equal([SmallTokenizer.End], model.EndOfTextIds);
    }

    [Fact]
    public void A_name_is_found_beside_the_application()
    {
        string name = "beside-" + Guid.NewGuid().ToString("N");
        string path = Path.Combine(AppContext.BaseDirectory, "models", name);
        try
        {
            SmallModel.Write(path);
            using var model = PackedModel.Open(name, SmallModel.OneThread);
            Assert.Equal(path, model.Folder);
            using var same = PackedModel.Open("models/" + name, SmallModel.OneThread);
            Assert.Equal(path, same.Folder);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void A_missing_model_lists_the_folders_looked_for()
    {
        var error = Assert.Throws<ModelPackException>(() => PackedModel.Open("no-such-model"));
        Assert.Equal("MPK4001", error.Code);
        Assert.Contains(Path.Combine(AppContext.BaseDirectory, "models", "no-such-model"), error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Directory.GetCurrentDirectory(), "models", "no-such-model"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("genai_config.json")]
    [InlineData("model.onnx")]
    [InlineData("tokenizer.json")]
    public void A_missing_file_is_named(string file)
    {
        using var folder = new TemporaryFolder();
        SmallModel.Write(folder.Path);
        File.Delete(folder.File(file));
        var error = Assert.Throws<ModelPackException>(() => PackedModel.Open(folder.Path));
        Assert.Equal("MPK4002", error.Code);
        Assert.Contains(folder.File(file), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_and_key_come_from_the_manifest_and_end_of_text_ids_from_both_configurations()
    {
        using var folder = new TemporaryFolder();
        SmallModel.Write(folder.Path);
        File.WriteAllText(folder.File("modelpack.json"), """{ "name": "small", "key": "abc", "weights": [] }""");
        File.WriteAllText(folder.File("generation_config.json"), """{ "eos_token_id": [2, 96], "transformers_version": "4" }""");
        using var model = PackedModel.Open(folder.Path, SmallModel.OneThread);
        Assert.Equal(("small", "abc"), (model.Name, model.Key));
        Assert.Equal([2, SmallTokenizer.End], model.EndOfTextIds);
    }

    [Theory]
    [InlineData("modelpack.json", "[]", "MPK4003")]
    [InlineData("modelpack.json", "{ \"name\": 3 }", "MPK4003")]
    [InlineData("generation_config.json", "{ \"top_p\": 2 }", "MPK4003")]
    [InlineData("generation_config.json", "{ \"eos_token_id\": 5000 }", "MPK4006")]
    [InlineData("generation_config.json", "{ \"do_sample\": ", "MPK4003")]
    public void Small_files_that_are_wrong_are_refused(string file, string text, string code)
    {
        using var folder = new TemporaryFolder();
        SmallModel.Write(folder.Path);
        File.WriteAllText(folder.File(file), text);
        var error = Assert.Throws<ModelPackException>(() => PackedModel.Open(folder.Path));
        Assert.Equal(code, error.Code);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tinytales")]
    public void The_tokenizer_of_another_model_is_refused(string other)
    {
        using var folder = new TemporaryFolder();
        SmallModel.Write(folder.Path);
        File.Copy(Path.Combine(ModelPack.Tests.SharedFolder.Repository, "samples", "models", other, "tokenizer.json"), folder.File("tokenizer.json"), overwrite: true);
        var error = Assert.Throws<ModelPackException>(() => PackedModel.Open(folder.Path));
        Assert.Equal("MPK4006", error.Code);
        Assert.Contains(folder.File("tokenizer.json"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_says_which_provider_was_taken_and_why()
    {
        var log = new ListLogger();
        using var model = SmallModel.Open(options: new PackedModelOptions { Logger = log, Threads = 1 });
        string line = Assert.Single(log.Lines, line => line.Contains("runs on", StringComparison.Ordinal));
        Assert.Contains(model.Device, line, StringComparison.Ordinal);
        Assert.Contains("(", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_model_says_so()
    {
        var model = SmallModel.Open();
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Generate("a"));
        Assert.Throws<ObjectDisposedException>(() => model.Score([1], (_, _) => { }));
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
