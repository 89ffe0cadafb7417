namespace ModelPack.Runtime.Tests.Sessions;

public class DecoderSignatureTests
{
    public static TheoryData<string, string, string, string> Misfits => new()
    {
        { "\"vocab_size\": 97", "\"vocab_size\": 98", "MPK4005", "97 token ids" },
        { "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "MPK4005", "2 layers" },
        { "\"head_size\": 16,", "\"inputs\": { \"input_ids\": \"ids\" },", "MPK4005", "no input named ids" },
        { "\"head_size\": 16,", "\"inputs\": { \"attention_mask\": \"mask\" },", "MPK4005", "an input attention_mask" },
        { "\"head_size\": 16,", "\"inputs\": { \"past_key_names\": \"past.%d\" },", "MPK4005", "past.0" },
        { "\"head_size\": 16,", "\"outputs\": { \"logits\": \"scores\" },", "MPK4005", "no output named scores" },
        { "\"context_length\": 300", "\"context_length\": 0", "MPK4003", "model.context_length" },
        { "\"context_length\": 300,", "", "MPK4003", "model.context_length is missing" },
        { "\"vocab_size\": 97", "\"vocab_size\": \"97\"", "MPK4003", "model.vocab_size" },
        { "[96]", "[96, -1]", "MPK4003", "model.eos_token_id" },
        { "\"filename\": \"model.onnx\",", "", "MPK4003", "model.decoder.filename" },
        { "\"model\": {", "\"modal\": {", "MPK4003", "model must be an object" },
        { "\"search\"", "search", "MPK4003", "not valid JSON" },
        { "\"past_present_share_buffer\": true", "\"temperature\": -1", "MPK4003", "search.temperature" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_configuration_that_does_not_fit_is_refused_with_the_reason(string original, string changed, string code, string reason)
    {
        Assert.Contains(original, SmallDecoder.Config, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        new SmallDecoder().Write(folder.Path);
        File.WriteAllText(folder.File("genai_config.json"), SmallDecoder.Config.Replace(original, changed, StringComparison.Ordinal));
        var error = Assert.Throws<ModelPackException>(() => SmallSession.Open(folder.Path));
        Assert.Equal(code, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_and_outputs_are_read_from_the_graph()
    {
        using var session = SmallSession.Open(new SmallDecoder { OpenHeadSize = true, Positions = true });
        Assert.Equal("position_ids", session.Signature.PositionIds!.Name);
        Assert.Equal(SmallDecoder.Vocabulary, session.Signature.VocabularySize);
        Assert.Equal(4, session.Signature.Caches.Count);
        Assert.All(session.Signature.Caches, cache => Assert.Equal((1, 16), (cache.Heads, cache.HeadSize)));
        Assert.Equal(4 * 16 * sizeof(float), session.Signature.CacheBytesPerToken);
        Assert.Equal("present.1.value", session.Signature.Caches[3].Present.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public void A_truncated_graph_is_refused(int bytes)
    {
        using var folder = new TemporaryFolder();
        new SmallDecoder().Write(folder.Path);
        byte[] graph = File.ReadAllBytes(folder.File("model.onnx"));
        File.WriteAllBytes(folder.File("model.onnx"), graph[..bytes]);
        var error = Assert.Throws<ModelPackException>(() => SmallSession.Open(folder.Path));
        Assert.Equal("MPK4004", error.Code);
        Assert.Contains(folder.File("model.onnx"), error.Message, StringComparison.Ordinal);
    }
}
