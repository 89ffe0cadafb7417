using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Verification;
using ModelPack.Runtime;
using ModelPack.Runtime.Generation;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>A GGUF file from the wild as a packed chat model, against what transformers computes in float32 from the same weights.</summary>
public sealed class SmolLm2Tests(SmolLm2 model) : IClassFixture<SmolLm2>
{
    // Two float engines on 30 layers; and with 8-bit activations, which alone cost llama.cpp's own kernels a mean KL of 0.003 on this file.
    private const double ExactTolerance = 2e-4;
    private const double DeployedDivergence = 0.02;

    // Below this margin between the two best tokens 8-bit activations may choose the other one; logits move by up to 1.4.
    private const double SafeMargin = 1.5;

    [SkippableFact]
    public void It_is_as_small_as_the_file_and_keeps_every_value()
    {
        long file = new FileInfo(SmolLm2.File).Length;
        Assert.InRange(model.Packed.Manifest.Size.OutputBytes, file * 0.97, file * 1.03);
        Assert.All(model.Packed.Manifest.Weights.Where(weight => weight.Bits <= 8), weight => Assert.Equal(("stored", 0.0), (weight.Method, weight.RelativeError)));
    }

    [SkippableFact]
    public void Logits_are_those_of_the_reference_implementation()
    {
        using JsonDocument expected = Expected();
        using SafetensorsCheckpoint logits = SafetensorsCheckpoint.Open(Path.Combine(SmolLm2.Folder, "expected.safetensors"));
        using SessionLogitSource exact = SessionLogitSource.OpenPacked(model.Packed.Folder, exact: true);
        using SessionLogitSource deployed = SessionLogitSource.OpenPacked(model.Packed.Folder, exact: false);
        int index = 0;
        foreach (JsonElement prompt in expected.RootElement.GetProperty("prompts").EnumerateArray())
        {
            int[] ids = Ids(prompt.GetProperty("ids"));
            var reference = new float[exact.VocabularySize];
            logits.Tensors[$"prompt{index++}.transformers-f32.last_logits"].ReadFloat32(0, reference);
            float[] all = All(exact, ids);
            Assert.InRange(LogitComparison.RelativeError(reference, all.AsSpan(all.Length - reference.Length)), 0, ExactTolerance);
            Assert.InRange(LogitComparison.Compare(all, All(deployed, ids), reference.Length).KlDivergence, 0, DeployedDivergence);
        }
    }

    [SkippableFact]
    public async Task It_chats_as_the_reference_implementation_does_where_margins_allow()
    {
        using JsonDocument expected = Expected();
        using PackedModel packed = PackedModel.Open(model.Packed.Folder);
        using IChatClient client = packed.AsIChatClient();
        foreach (JsonElement chat in expected.RootElement.GetProperty("chats").EnumerateArray())
        {
            ChatMessage[] messages = [.. chat.GetProperty("messages").EnumerateArray().Select(message => new ChatMessage(new ChatRole(message.GetProperty("role").GetString()!), message.GetProperty("content").GetString()))];
            int[] prompt = Ids(chat.GetProperty("ids"));
            int[] reference = Ids(chat.GetProperty("transformers-f32").GetProperty("ids"));
            double[] margins = [.. chat.GetProperty("transformers-f32").GetProperty("margins").EnumerateArray().Select(margin => margin.GetDouble())];

            ChatResponse response = await client.GetResponseAsync(messages, new ChatOptions { Temperature = 0, MaxOutputTokens = 64 });
            string actual = string.Concat(packed.Generate(prompt, GenerationOptions.Greedy with { MaxTokens = 64 }).Select(piece => piece.Text));
            Assert.Equal(prompt.Length, response.Usage!.InputTokenCount);
            Assert.Equal(actual.Trim(), response.Text.Trim());

            // The first token that is not in the answer.
            int same = Enumerable.Range(0, reference.Length).TakeWhile(i => actual.StartsWith(packed.Tokenizer.Decode(reference.AsSpan(0, i + 1)), StringComparison.Ordinal)).Count();
            Assert.True(same == reference.Length || margins[same] < SafeMargin, $"token {same} of '{actual}' differs, whose margin is {margins[Math.Min(same, margins.Length - 1)]}");
        }
    }

    private static JsonDocument Expected()
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(SmolLm2.Folder, "expected.json.gz")), CompressionMode.Decompress);
        return JsonDocument.Parse(file);
    }

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    private static float[] All(SessionLogitSource source, int[] ids)
    {
        var logits = new float[ids.Length * source.VocabularySize];
        source.Run(ids, logits);
        return logits;
    }
}
