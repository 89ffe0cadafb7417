using System.Runtime.InteropServices;
using ModelPack.Quantization.Awq;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests;

/// <summary>The first layer against llm-compressor's numbers: only there do they depend on nothing but the float model.</summary>
public sealed class AwqGoldenTests
{
    private const int GroupSize = 32;
    private static readonly RowRounding Rounding = RowRoundings.MinMax(4, GroupSize);

    [SkippableFact]
    public void Query_key_and_value_get_the_published_scales()
    {
        using var golden = new GoldenTensors("goldens/awq/awq.safetensors");
        using SmallLlama model = Model(golden);
        string[] names = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"];
        float[] exact = model.Attention(model.Weight(names[0]), model.Weight(names[1]), model.Weight(names[2]));
        AwqResult result = Compare(golden, "input_layernorm", model, names, model.AttentionInput, scales =>
        {
            float[][] rounded = [.. names.Select(name => AwqLoss.Effective(model.Weight(name), scales, Rounding, threads: 2))];
            return SquaredError.Mean(exact, model.Attention(rounded[0], rounded[1], rounded[2]));
        });
        Assert.Equal(9, result.Best);

        float[] norm = model.Weight("input_layernorm"), query = model.Weight(names[0]);
        AwqFolding.Divide(norm, result.Scales);
        AwqFolding.MultiplyColumns(query, result.Scales);
        RequireClose(golden.Floats("model.layers.0.input_layernorm.weight.after"), norm, 1e-5f);
        RequireClose(golden.Floats("model.layers.0.self_attn.q_proj.weight.after"), query, 1e-5f);
    }

    [SkippableFact]
    public void Gate_and_up_are_best_left_alone()
    {
        using var golden = new GoldenTensors("goldens/awq/awq.safetensors");
        using SmallLlama model = Model(golden);
        string[] names = ["mlp.gate_proj", "mlp.up_proj"];
        float[] exact = model.FeedForward(model.Weight(names[0]), model.Weight(names[1]));
        AwqResult result = Compare(golden, "post_attention_layernorm", model, names, model.FeedForwardInput, scales =>
        {
            float[][] rounded = [.. names.Select(name => AwqLoss.Effective(model.Weight(name), scales, Rounding, threads: 2))];
            return SquaredError.Mean(exact, model.FeedForward(rounded[0], rounded[1]));
        });
        Assert.Equal(0, result.Best);
        Assert.All(result.Scales, scale => Assert.Equal(1, scale));
    }

    [SkippableFact]
    public void Down_gets_the_published_scales_from_the_Gram_matrix_of_its_input_alone()
    {
        using var golden = new GoldenTensors("goldens/awq/awq.safetensors");
        using SmallLlama model = Model(golden);
        float[] down = model.Weight("mlp.down_proj");
        int tokens = SmallLlama.Sequences * SmallLlama.Length;
        var gram = new float[SmallLlama.Intermediate * SmallLlama.Intermediate];
        var view = new MatrixView(gram, SmallLlama.Intermediate, SmallLlama.Intermediate);
        GramMatrix.Add(new MatrixView(model.DownInput, tokens, SmallLlama.Intermediate), 1f / (tokens * SmallLlama.Hidden), view, 2);
        GramMatrix.Mirror(view, 2);
        AwqResult result = Compare(
            golden, "mlp.up_proj", model, ["mlp.down_proj"], model.DownInput, scales => AwqLoss.ThroughHessian(down, scales, gram, Rounding, threads: 2));
        Assert.Equal(9, result.Best);

        float[] up = model.Weight("mlp.up_proj");
        AwqFolding.DivideRows(up, result.Scales);
        AwqFolding.MultiplyColumns(down, result.Scales);
        RequireClose(golden.Floats("model.layers.0.mlp.up_proj.weight.after"), up, 1e-5f);
        RequireClose(golden.Floats("model.layers.0.mlp.down_proj.weight.after"), down, 1e-5f);
    }

    private static SmallLlama Model(GoldenTensors golden) => new(MemoryMarshal.Cast<byte, int>(golden.Bytes("input_ids")).ToArray());

    private static AwqResult Compare(GoldenTensors golden, string producer, SmallLlama model, string[] consumers, float[] input, Func<float[], double> loss)
    {
        string stem = $"model.layers.0.{producer}.";
        float[] expected = golden.Floats(stem + "x_mean");
        float[] inputMeans = new float[expected.Length], weightMeans = new float[expected.Length];
        AwqStatistics.InputMeans(input, inputMeans);
        AwqStatistics.WeightMeans([.. consumers.Select(model.Weight)], GroupSize, weightMeans);
        RequireClose(expected, inputMeans, 1e-5f);
        RequireClose(golden.Floats(stem + "w_mean"), weightMeans, 1e-5f);

        AwqResult result = AwqSearch.Run(inputMeans, weightMeans, AwqSearch.Candidates, loss);
        double[] losses = [.. MemoryMarshal.Cast<byte, double>(golden.Bytes(stem + "losses")).ToArray()];
        Assert.Equal(Array.IndexOf(losses, losses.Min()), result.Best);
        Assert.All(losses.Zip(result.Losses), pair => Assert.Equal(pair.First, pair.Second, 0.01 * pair.First));
        RequireClose(golden.Floats(stem + "scales"), result.Scales, 1e-4f);
        return result;
    }

    private static void RequireClose(float[] expected, float[] actual, float relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, relative * Math.Abs(pair.First)));
    }
}
