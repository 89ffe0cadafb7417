using Microsoft.Extensions.AI;
using ModelPack.Runtime.Generation;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Generation;

/// <summary>Folders that the whole road wrote.</summary>
public sealed class PackedSampleTests
{
    [Fact]
    public async Task A_partly_quantized_model_tells_a_story_with_the_ingredients_of_the_prompt()
    {
        using var sample = new PackedSample(TinyTales.Source, [.. PackedSample.Float, ("Override", "*.0.mlp.down_proj*=8,128"), ("Name", "tales")]);
        Assert.Equal("tales", sample.Model.Name);
        Assert.NotEmpty(sample.Model.Key!);
        Assert.True(sample.Model.Session.Traits.SharesCaches);
        using var chat = sample.Model.AsIChatClient();
        var response = await chat.GetResponseAsync("Write a bedtime story with an owl and a lantern.");
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Contains("owl", response.Text, StringComparison.Ordinal);
        Assert.Contains("lantern", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_float16_model_runs_on_the_CPU_too()
    {
        using var sample = new PackedSample(TinyTales.Source, [("Target", "cuda"), .. PackedSample.Float]);
        Assert.Equal(Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16, sample.Model.Session.Signature.Logits.Type);
        Assert.StartsWith(" boy named", string.Concat(sample.Model.Generate("Once upon a time there was a brave", GenerationOptions.Greedy with { MaxTokens = 20 })), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_continued_text_keeps_the_space_that_a_text_of_its_own_drops()
    {
        const string Prompt = "Once upon a time, there was a little girl named";
        using var sample = new PackedSample(SharedFolder.Require("models/stories260K"), PackedSample.Float);
        Assert.True(sample.Model.Session.Traits.SharesCaches);
        var options = GenerationOptions.Greedy with { MaxTokens = 30 };
        string continued = string.Concat(sample.Model.Generate(Prompt, options));
        string alone = string.Concat(sample.Model.Generate(sample.Model.Tokenizer.Encode(Prompt), options));
        Assert.StartsWith(" ", continued, StringComparison.Ordinal);
        Assert.Equal(continued, " " + alone);
        Assert.Equal(sample.Model.Tokenizer.Decode([.. sample.Model.Tokenizer.Encode(Prompt)]) + continued, Prompt + continued);
    }

    [Theory]
    [InlineData("model.onnx.data", false)]
    [InlineData("model.onnx.data", true)]
    public void Damaged_weights_are_refused(string file, bool isShort)
    {
        using var sample = new PackedSample(TinyTales.Source, PackedSample.Float);
        using var copy = new TemporaryFolder();
        foreach (string original in Directory.EnumerateFiles(sample.Folder))
        {
            File.Copy(original, copy.File(Path.GetFileName(original)));
        }

        File.SetAttributes(copy.File(file), FileAttributes.Normal);
        byte[] bytes = File.ReadAllBytes(copy.File(file));
        File.Delete(copy.File(file));
        if (isShort)
        {
            File.WriteAllBytes(copy.File(file), bytes[..(bytes.Length / 2)]);
        }

        var error = Assert.Throws<ModelPackException>(() => PackedModel.Open(copy.Path));
        Assert.Equal("MPK4004", error.Code);
        Assert.Contains(copy.File("model.onnx"), error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
