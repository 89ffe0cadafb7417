namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>Pooling as sentence-transformers defines it, over the states of the reference implementation.</summary>
public class SentencePoolingTests
{
    private const string PoolingFile = "1_Pooling/config.json";
    private const float Tolerance = 1e-4f;

    private static readonly Dictionary<string, Func<float[][], float[]>> Modes = new()
    {
        ["pooling_mode_cls_token"] = states => states[0],
        ["pooling_mode_max_tokens"] = states => Elements(states, column => column.Max()),
        ["pooling_mode_mean_tokens"] = states => Elements(states, column => column.Average()),
        ["pooling_mode_mean_sqrt_len_tokens"] = states => Elements(states, column => column.Sum() / MathF.Sqrt(column.Length)),
        ["pooling_mode_weightedmean_tokens"] = states => Elements(states, column => column.Select((value, i) => value * (i + 1)).Sum() / column.Select((_, i) => i + 1).Sum()),
        ["pooling_mode_lasttoken"] = states => states[^1],
    };

    public static TheoryData<string> All => [.. Modes.Keys];

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Every_mode_pools_the_tokens_that_are_no_padding(string mode)
    {
        using var copy = new EncoderCopy("bert");
        Only(copy, mode);
        copy.Modules(("Transformer", ""), ("Pooling", "1_Pooling"));
        Close.Assert([.. States(copy.Golden).SelectMany(Modes[mode])], copy.Run()["sentence_embedding"], Tolerance);
    }

    [SkippableFact]
    public void Several_modes_stand_side_by_side_in_their_fixed_order()
    {
        using var copy = new EncoderCopy("bert");
        Only(copy, "pooling_mode_mean_tokens", "pooling_mode_cls_token", "pooling_mode_max_tokens");
        copy.Modules(("Transformer", ""), ("Pooling", "1_Pooling"));
        float[] expected = [.. States(copy.Golden).SelectMany(states => new[] { "pooling_mode_cls_token", "pooling_mode_max_tokens", "pooling_mode_mean_tokens" }.SelectMany(mode => Modes[mode](states)))];
        Close.Assert(expected, copy.Run()["sentence_embedding"], Tolerance);
    }

    [SkippableFact]
    public void The_newer_spelling_of_a_mode_gives_the_same()
    {
        using var copy = new EncoderCopy("bert");
        copy.Edit(PoolingFile, json =>
        {
            json.Clear();
            json["word_embedding_dimension"] = 64;
            json["pooling_mode"] = "lasttoken";
        });
        copy.Modules(("Transformer", ""), ("Pooling", "1_Pooling"));
        Close.Assert([.. States(copy.Golden).SelectMany(Modes["pooling_mode_lasttoken"])], copy.Run()["sentence_embedding"], Tolerance);
    }

    [SkippableFact]
    public void A_dense_module_and_a_normalisation_follow_the_pooling()
    {
        using var copy = new EncoderCopy("bert");
        Only(copy, "pooling_mode_mean_tokens");
        copy.Modules(("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"), ("Normalize", "3_Normalize"));
        const int Width = 5;
        float[] weights = [.. Enumerable.Range(0, Width * 64).Select(i => MathF.Cos(i) / 8)], bias = [0.1f, -0.2f, 0.3f, 0, 1];
        Directory.CreateDirectory(Path.Combine(copy.Folder, "2_Dense"));
        copy.Edit("2_Dense/config.json", json =>
        {
            json["in_features"] = 64;
            json["out_features"] = Width;
            json["bias"] = true;
            json["activation_function"] = "torch.nn.modules.activation.Tanh";
        });
        EncoderCopy.Write(Path.Combine(copy.Folder, "2_Dense", "model.safetensors"), [("linear.bias", [Width], bias), ("linear.weight", [Width, 64], weights)]);
        float[] expected = [.. States(copy.Golden).SelectMany(states =>
        {
            float[] mean = Modes["pooling_mode_mean_tokens"](states);
            float[] dense = [.. Enumerable.Range(0, Width).Select(row => MathF.Tanh(bias[row] + mean.Select((value, i) => value * weights[(row * 64) + i]).Sum()))];
            float norm = MathF.Sqrt(dense.Sum(value => value * value));
            return dense.Select(value => value / norm);
        })];
        Close.Assert(expected, copy.Run()["sentence_embedding"], Tolerance);
    }

    [SkippableTheory]
    [InlineData("word_embedding_dimension", "32", "MPK1204")]
    [InlineData("include_prompt", "false", "MPK1209")]
    [InlineData("pooling_mode_mean_tokens", "false", "MPK1204")]
    [InlineData("pooling_mode_attention_tokens", "true", "MPK1209")]
    [InlineData("pooling_mode", "\"median\"", "MPK1204")]
    public void A_pooling_that_cannot_be_packed_is_refused_by_its_field(string field, string value, string code)
    {
        using var copy = new EncoderCopy("bert");
        copy.Edit(PoolingFile, json => json[field] = System.Text.Json.Nodes.JsonNode.Parse(value));
        ModelPackException error = copy.Refusal();
        Assert.Equal(code, error.Code);
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("WordWeights", "1_WordWeights")]
    [InlineData("LSTM", "1_LSTM")]
    public void A_module_that_is_not_known_is_refused_by_its_name(string kind, string path)
    {
        using var copy = new EncoderCopy("bert");
        copy.Modules(("Transformer", ""), ("Pooling", "1_Pooling"), (kind, path));
        ModelPackException error = copy.Refusal();
        Assert.Equal("MPK1240", error.Code);
        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_encoder_in_a_folder_of_its_own_and_a_dense_module_without_safetensors_are_refused()
    {
        using var copy = new EncoderCopy("bert");
        copy.Modules(("Transformer", "0_Transformer"), ("Pooling", "1_Pooling"));
        Assert.Contains("0_Transformer", copy.Refusal().Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(copy.Folder, "2_Dense"));
        copy.Edit("2_Dense/config.json", json => (json["in_features"], json["out_features"]) = (64, 8));
        copy.Modules(("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"));
        Assert.Contains(Path.Combine("2_Dense"), copy.Refusal().Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(copy.Folder, "modules.json"), "{ }");
        Assert.Equal("MPK1240", copy.Refusal().Code);
    }

    [SkippableFact]
    public void Without_modules_there_is_no_embedding_and_the_pooler_is_an_output()
    {
        using var copy = new EncoderCopy("bert");
        File.Delete(Path.Combine(copy.Folder, "modules.json"));
        Assert.Equal(["last_hidden_state", "pooler_output"], copy.Run().Keys.Order());
    }

    private static void Only(EncoderCopy copy, params string[] modes) => copy.Edit(PoolingFile, json =>
    {
        json.Clear();
        json["word_embedding_dimension"] = 64;
        foreach (string mode in Modes.Keys)
        {
            json[mode] = modes.Contains(mode);
        }
    });

    /// <summary>For each row of the golden the reference's states of its real tokens.</summary>
    private static float[][][] States(GoldenCase golden)
    {
        float[] states = golden.Floats("last_hidden_state");
        long[] mask = golden.Ids("attention_mask");
        int positions = (int)golden.Shape("input_ids")[1], width = states.Length / mask.Length;
        return [.. Enumerable.Range(0, mask.Length / positions).Select(row => Enumerable.Range(row * positions, positions).Where(i => mask[i] == 1).Select(i => states[(i * width)..((i + 1) * width)]).ToArray())];
    }

    private static float[] Elements(float[][] states, Func<float[], float> of) => [.. Enumerable.Range(0, states[0].Length).Select(i => of([.. states.Select(state => state[i])]))];
}
