using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Tests.Road;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("model.layers.1.mlp.up_proj.weight", 70, float.NaN, "NaN at [1, 6]")]
    [InlineData("model.embed_tokens.weight", 0, float.PositiveInfinity, "an infinity at [0, 0]")]
    [InlineData("model.norm.weight", 3, float.NegativeInfinity, "an infinity at [0, 3]")]
    public async Task A_weight_that_is_no_number_is_named_and_nothing_is_published(string tensor, int index, float value, string where)
    {
        using var source = new TinyCheckpoint();
        source[tensor][index] = value;
        source.Save();

        ModelPackException error = await Refused(source);

        Assert.Equal("MPK1406", error.Code);
        Assert.Contains(tensor, error.Message, StringComparison.Ordinal);
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(source.Weights, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_too_large_for_float16_is_refused_for_cuda()
    {
        using var source = new TinyCheckpoint();
        source["model.norm.weight"][5] = 1e6f;
        source.Save();

        ModelPackException error = await Refused(source, ("Target", "cuda"));

        Assert.Equal("MPK1407", error.Code);
        Assert.Contains("model.norm.weight", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "MPK1403")]
    [InlineData("tokenizer.json", "MPK1404")]
    [InlineData("model.safetensors", "MPK1405")]
    public async Task A_missing_file_is_named(string file, string code)
    {
        using var source = new TinyCheckpoint();
        File.Delete(Path.Combine(source.Folder, file));

        ModelPackException error = await Refused(source);

        Assert.Equal(code, error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        using var store = new TemporaryStore();

        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(new PackRequest("no/such/model", Recipe.Default, store.Store)));

        Assert.Equal("MPK1401", error.Code);
        Assert.Contains("no/such/model", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.gguf", "MPK1504")]
    [InlineData("model.onnx", "MPK1103")]
    [InlineData("model.pt", "MPK1402")]
    public async Task A_file_that_is_not_read_or_cut_short_is_refused(string name, string code)
    {
        using var source = new TinyCheckpoint();
        using var store = new TemporaryStore();
        string file = Path.Combine(source.Folder, name);
        File.WriteAllText(file, "GGUF");

        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(() => Packer.PackAsync(new PackRequest(file, Recipe.Default, store.Store)));

        Assert.Equal(code, error.Code);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_checkpoint_is_refused()
    {
        using var source = new TinyCheckpoint();
        using (var file = new FileStream(source.Weights, FileMode.Open))
        {
            file.SetLength(file.Length - 4);
        }

        ModelPackException error = await Refused(source);

        Assert.StartsWith("MPK10", error.Code, StringComparison.Ordinal);
        Assert.Contains(source.Weights, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tokenizer_of_another_model_is_refused()
    {
        using var source = new TinyCheckpoint(vocabulary: 300);

        ModelPackException error = await Refused(source);

        Assert.Equal("MPK1414", error.Code);
        Assert.Contains("vocab_size is 300", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("nul?")]
    public async Task A_name_that_is_no_folder_name_is_refused(string name)
    {
        using var source = new TinyCheckpoint();

        ModelPackException error = await Refused(source, ("Name", name));

        Assert.StartsWith("MPK1", error.Code, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static async Task<ModelPackException> Refused(TinyCheckpoint source, params (string Name, string Value)[] settings)
    {
        using var store = new TemporaryStore();
        ModelPackException error = await Assert.ThrowsAsync<ModelPackException>(async () =>
        {
            Recipe recipe = Recipe.Parse(settings.ToDictionary(setting => setting.Name, setting => setting.Value));
            await Packer.PackAsync(new PackRequest(source.Folder, recipe, store.Store));
        });
        Assert.DoesNotContain(store.Store.Entries(), entry => entry.Kind == Store.StoreEntryKind.Model);
        return error;
    }
}
