namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>Heads for classification, computed by hand from the states of the reference implementation.</summary>
public class ClassifierTests
{
    private const int Hidden = 64;
    private const int Labels = 3;
    private const float Tolerance = 1e-4f;

    private static readonly float[] Dense = [.. Enumerable.Range(0, Hidden * Hidden).Select(i => MathF.Sin(i * 0.7f) / 8)];
    private static readonly float[] DenseBias = [.. Enumerable.Range(0, Hidden).Select(i => MathF.Cos(i) / 4)];
    private static readonly float[] Output = [.. Enumerable.Range(0, Labels * Hidden).Select(i => MathF.Cos(i * 0.3f) / 4)];
    private static readonly float[] OutputBias = [0.5f, -1, 0];

    [SkippableTheory]
    [InlineData("bert", "BertForSequenceClassification")]
    [InlineData("albert", "AlbertForSequenceClassification")]
    public void The_pooler_of_the_checkpoint_goes_before_the_logits(string name, string architecture)
    {
        using var copy = new EncoderCopy(name);
        File.Delete(Path.Combine(copy.Folder, "modules.json"));
        copy.Edit("config.json", json => json["architectures"] = new System.Text.Json.Nodes.JsonArray(architecture));
        copy.Tensors(_ => true, ("classifier.bias", [Labels], OutputBias), ("classifier.weight", [Labels, Hidden], Output));
        float[] pooled = copy.Golden.Floats("pooler_output");
        Close.Assert([.. pooled.Chunk(Hidden).SelectMany(row => Layer(Output, OutputBias, row))], copy.Run()["logits"], Tolerance);
    }

    [SkippableTheory]
    [InlineData("roberta", "RobertaForSequenceClassification", "classifier.dense", "classifier.out_proj", "tanh")]
    [InlineData("mpnet", "MPNetForSequenceClassification", "classifier.dense", "classifier.out_proj", "tanh")]
    [InlineData("xlm-roberta", "XLMRobertaForSequenceClassification", "classifier.dense", "classifier.out_proj", "tanh")]
    [InlineData("distilbert", "DistilBertForSequenceClassification", "pre_classifier", "classifier", "relu")]
    [InlineData("electra", "ElectraForSequenceClassification", "classifier.dense", "classifier.out_proj", "gelu")]
    [InlineData("deberta-v2", "DebertaV2ForSequenceClassification", "pooler.dense", "classifier", "gelu")]
    public void A_layer_of_its_own_over_the_first_state_goes_before_the_logits(string name, string architecture, string dense, string output, string activation)
    {
        using var copy = new EncoderCopy(name);
        copy.Edit("config.json", json => json["architectures"] = new System.Text.Json.Nodes.JsonArray(architecture));
        copy.Tensors(
            tensor => !tensor.Contains("lm_head", StringComparison.Ordinal),
            ($"{dense}.bias", [Hidden], DenseBias), ($"{dense}.weight", [Hidden, Hidden], Dense), ($"{output}.bias", [Labels], OutputBias), ($"{output}.weight", [Labels, Hidden], Output));
        float[] states = copy.Golden.Floats("last_hidden_state");
        int positions = (int)copy.Golden.Shape("input_ids")[1];
        float[] expected = [.. states.Chunk(Hidden * positions).SelectMany(row => Layer(Output, OutputBias, Array.ConvertAll(Layer(Dense, DenseBias, row[..Hidden]), x => Activate(activation, x))))];
        Close.Assert(expected, copy.Run()["logits"], Tolerance);
    }

    [SkippableFact]
    public void A_head_that_is_not_there_is_missed_by_name_and_another_task_is_refused()
    {
        using var copy = new EncoderCopy("roberta");
        copy.Edit("config.json", json => json["architectures"] = new System.Text.Json.Nodes.JsonArray("RobertaForSequenceClassification"));
        ModelPackException error = copy.Refusal();
        Assert.Equal("MPK1220", error.Code);
        Assert.Contains("classifier.dense.weight", error.Message, StringComparison.Ordinal);
        copy.Edit("config.json", json => json["architectures"] = new System.Text.Json.Nodes.JsonArray("RobertaForQuestionAnswering"));
        Assert.Equal("MPK1206", copy.Refusal().Code);
    }

    private static float[] Layer(float[] weights, float[] bias, float[] x) => [.. bias.Select((b, row) => b + x.Select((value, i) => value * weights[(row * x.Length) + i]).Sum())];

    private static float Activate(string name, float x) => name switch
    {
        "tanh" => MathF.Tanh(x),
        "relu" => MathF.Max(x, 0),
        _ => x * (1 + (float)Erf(x / Math.Sqrt(2))) / 2,
    };

    /// <summary>By its series, which converges for every argument and quickly for those met here.</summary>
    private static double Erf(double x)
    {
        double sum = 0, term = x;
        for (int n = 0; n < 60; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
