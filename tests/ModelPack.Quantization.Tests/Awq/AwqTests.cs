using ModelPack.Quantization;
using ModelPack.Quantization.Awq;

namespace ModelPack.Tests;

public sealed class AwqTests
{
    [Fact]
    public void The_candidates_begin_with_no_change_and_end_with_the_activations_alone()
    {
        Assert.Equal(20, AwqSearch.Candidates.Count);
        Assert.Equal(AwqCandidate.Identity, AwqSearch.Candidates[0]);
        Assert.Equal(new AwqCandidate(0, true), AwqSearch.Candidates[1]);
        Assert.Equal(new AwqCandidate(8.0 / 18, true), AwqSearch.Candidates[9]);
        Assert.Equal(new AwqCandidate(1, true), AwqSearch.Candidates[19]);
    }

    [Fact]
    public void Scales_lie_around_one_and_the_identity_changes_nothing()
    {
        float[] inputs = [0.01f, 1, 100, 0, float.NaN], weights = [0.1f, 0.2f, 0.4f, 0.3f, 0.5f], scales = new float[5];
        AwqScales.Of(inputs, weights, AwqCandidate.Identity, scales);
        Assert.All(scales, scale => Assert.Equal(1, scale));

        AwqScales.Of(inputs.AsSpan(0, 3), weights.AsSpan(0, 3), new AwqCandidate(0.5, false), scales.AsSpan(0, 3));
        // Roots .1, 1 and 10; the middle of largest and smallest is 1.
        Assert.Equal([0.1f, 1, 10], scales[..3].Select(scale => MathF.Round(scale, 5)));

        AwqScales.Of(inputs, weights, new AwqCandidate(0.5, true), scales);
        Assert.All(scales, scale => Assert.InRange(scale, 1e-4f, 1e4f));
    }

    [Fact]
    public void A_tied_pair_of_grouped_heads_leaves_the_product_as_it_was()
    {
        // Two value heads of three, each read by two query heads.
        const int Size = 3, Heads = 4, ValueHeads = 2, Columns = 5;
        float[] value = Gaussian.Values(ValueHeads * Size * Columns, 1), output = Gaussian.Values(7 * Heads * Size, 2), x = Gaussian.Values(Columns, 3), bias = Gaussian.Values(ValueHeads * Size, 5);
        float[] scales = [.. Gaussian.Values(Heads * Size, 4).Select(v => MathF.Exp(v))];
        float[] expected = Product(value, bias, output);

        double logarithm = Math.Log(scales[0]) + Math.Log(scales[Size]);
        float[] rows = AwqScales.TieHeads(scales, Heads, ValueHeads);
        Assert.Equal(Math.Exp(logarithm / 2), rows[0], 1e-5);
        Assert.Equal(scales[..Size], scales[Size..(2 * Size)]);
        AwqFolding.DivideRows(value, rows);
        AwqFolding.Divide(bias, rows);
        AwqFolding.MultiplyColumns(output, scales);
        Assert.All(expected.Zip(Product(value, bias, output)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        float[] Product(float[] v, float[] b, float[] o)
        {
            float[] heads = [.. SmallLlama.Linear(x, v, Columns).Zip(b, (a, c) => a + c)];
            float[] attended = [.. Enumerable.Range(0, Heads * Size).Select(i => heads[(i / Size / 2 * Size) + (i % Size)])];
            return SmallLlama.Linear(attended, o, Heads * Size);
        }
    }

    [Fact]
    public void Folding_into_a_norm_leaves_the_consumers_output_as_it_was()
    {
        float[] normed = Gaussian.Values(6, 1), factors = Gaussian.Values(6, 2), weights = Gaussian.Values(18, 3), scales = [0.5f, 2, 3, 0.25f, 1, 8];
        float[] one = [.. factors.Select(factor => factor - 1)];
        float[] expected = SmallLlama.Linear([.. normed.Zip(factors, (a, b) => a * b)], weights, 6);
        AwqFolding.Divide(factors, scales);
        AwqFolding.DivideOnePlus(one, scales);
        AwqFolding.MultiplyColumns(weights, scales);
        Assert.All(expected.Zip(SmallLlama.Linear([.. normed.Zip(factors, (a, b) => a * b)], weights, 6)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.All(factors.Zip(one), pair => Assert.Equal(pair.First, 1 + pair.Second, 1e-5f));
    }

    [Fact]
    public void A_search_never_ends_worse_than_without_scales()
    {
        float[] means = [1, 2, 3];
        AwqResult result = AwqSearch.Run(means, means, AwqSearch.Candidates, scales => scales.All(scale => scale == 1) ? 1 : double.NaN);
        Assert.Equal(0, result.Best);
        Assert.All(result.Scales, scale => Assert.Equal(1, scale));
        Assert.Throws<ArgumentException>(() => AwqSearch.Run(means, means, [new AwqCandidate(0, true)], _ => 0));
    }

    [Fact]
    public void Loud_inputs_are_worth_a_scale_and_the_loss_is_that_of_the_outputs()
    {
        const int Rows = 24, Columns = 45, Tokens = 200;
        float[] weights = Gaussian.Values(Rows * Columns, 1), x = Gaussian.Values(Tokens * Columns, 2);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= i % Columns % 16 == 3 ? 20 : 1;
        }

        RowRounding rounding = RowRoundings.Searched(new QuantizationScheme(4, 16, symmetric: false));
        float[] hessian = Hessian(x, Columns, 1.0 / (Tokens * Rows)), inputMeans = new float[Columns], weightMeans = new float[Columns];
        AwqStatistics.InputMeans(x, inputMeans);
        AwqStatistics.WeightMeans([weights], 16, weightMeans);
        AwqResult result = AwqSearch.Run(inputMeans, weightMeans, AwqSearch.Candidates, scales => AwqLoss.ThroughHessian(weights, scales, hessian, rounding, threads: 2));
        Assert.InRange(result.Losses[result.Best], 0, 0.5 * result.Losses[0]);

        double direct = SquaredError.Mean(SmallLlama.Linear(x, weights, Columns), SmallLlama.Linear(x, AwqLoss.Effective(weights, result.Scales, rounding, threads: 1), Columns));
        Assert.Equal(direct, result.Losses[result.Best], 1e-3 * direct);
    }

    [Fact]
    public void Clipping_finds_the_bound_that_an_exhaustive_search_finds()
    {
        const int Rows = 5, Columns = 45, Group = 16, Tokens = 300;
        float[] weights = Gaussian.Student5(Rows * Columns, 1), x = Gaussian.Values(Tokens * Columns, 2), hessian = Hessian(x, Columns, 1), bounds = new float[Rows * 3];
        RowRounding rounding = RowRoundings.MinMax(2, Group);
        AwqClip.Search(weights, hessian, Columns, Group, rounding, bounds, threads: 2);

        var steps = new HashSet<int>();
        for (int index = 0; index < bounds.Length; index++)
        {
            int start = index % 3 * Group, count = Math.Min(Group, Columns - start);
            float[] group = weights.AsSpan((index / 3 * Columns) + start, count).ToArray();
            float largest = group.Max(Math.Abs);
            int best = Enumerable.Range(0, 10).MinBy(step => Loss(group, start, (1 - (step * 0.05f)) * largest));
            Assert.Equal((1 - (best * 0.05f)) * largest, bounds[index], 1e-6f);
            steps.Add(best);
        }

        Assert.InRange(steps.Count, 3, 10);
        AwqClip.Apply(weights, Columns, Group, bounds);
        Assert.All(Enumerable.Range(0, weights.Length), i => Assert.InRange(Math.Abs(weights[i]), 0, bounds[(i / Columns * 3) + (i % Columns / Group)]));

        double Loss(float[] group, int start, float bound)
        {
            float[] rounded = new float[group.Length];
            rounding([.. group.Select(weight => Math.Clamp(weight, -bound, bound))], group.Length, rounded);
            return Enumerable.Range(0, Tokens).Sum(t => Math.Pow(Enumerable.Range(0, group.Length).Sum(i => (double)x[(t * Columns) + start + i] * (group[i] - rounded[i])), 2));
        }
    }

    [Fact]
    public void Vectors_give_the_sums_of_the_scalar_path_to_the_last_bit()
    {
        foreach (int count in new[] { 1, 7, 8, 9, 16, 31, 33, 100 })
        {
            float[] a = Gaussian.Values(count, count), b = Gaussian.Values(count, count + 1), vectors = new float[8], scalar = new float[8];
            QuadraticForm.OneByOne(a, b, vectors, QuadraticForm.Eights(a, b, vectors));
            QuadraticForm.OneByOne(a, b, scalar, 0);
            Assert.Equal(scalar, vectors);
        }
    }

    private static float[] Hessian(float[] x, int columns, double factor)
    {
        var hessian = new float[columns * columns];
        for (int i = 0; i < hessian.Length; i++)
        {
            hessian[i] = (float)(factor * Enumerable.Range(0, x.Length / columns).Sum(t => (double)x[(t * columns) + (i / columns)] * x[(t * columns) + (i % columns)]));
        }

        return hessian;
    }
}
