using ModelPack.Packing.Calibration;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Tests.Road;
using ModelPack.Quantization.LinearAlgebra;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Packing.Tests.Calibration;

/// <summary>The way of a product through ONNX Runtime, on its provider for the processor: the code that a CUDA device runs.</summary>
public sealed class RuntimeProductsTests
{
    public static TheoryData<int, int, int> Shapes => new() { { 1, 1, 1 }, { 3, 17, 5 }, { 64, 33, 129 }, { 130, 257, 31 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Products_of_windows_are_those_of_our_kernels_within_rounding(int rows, int inner, int columns)
    {
        using var products = new RuntimeProducts(ProductProvider.Processor(1), static (_, _, _) => true);
        foreach ((bool transposeA, bool transposeB, int gap) in new[] { (false, false, 0), (true, false, 3), (false, true, 1), (true, true, 0) })
        {
            MatrixView a = Window(transposeA ? inner : rows, transposeA ? rows : inner, gap, seed: 1);
            MatrixView b = Window(transposeB ? columns : inner, transposeB ? inner : columns, gap, seed: 2);
            MatrixView expected = Window(rows, columns, gap, seed: 3), actual = Window(rows, columns, gap, seed: 3);

            MatrixProduct.Add(a, transposeA, b, transposeB, -0.5f, expected, 1);
            products.Add(a, transposeA, b, transposeB, -0.5f, actual, 1);

            Near(expected.Values, actual.Values, inner);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gram_matrices_are_added_to_the_upper_triangle_only(int tokens, int columns, int gap)
    {
        using var products = new RuntimeProducts(ProductProvider.Processor(1), static (_, _, _) => true);
        MatrixView x = Window(tokens, columns, gap, seed: 4);
        MatrixView expected = Window(columns, columns, gap, seed: 5), actual = Window(columns, columns, gap, seed: 5);

        GramMatrix.Add(x, 0.25f, expected, 1);
        products.AddGram(x, 0.25f, actual, 1);

        Near(expected.Values, actual.Values, tokens);
    }

    [Theory]
    [InlineData(8192, 4096, 8192, true)]
    [InlineData(2048, 8192, 8192, true)]
    [InlineData(256, 128, 8192, false)]
    [InlineData(64, 64, 64, false)]
    public void A_product_is_sent_away_when_it_is_more_work_than_the_way(int rows, int inner, int columns, bool sent) =>
        Assert.Equal(sent, CalibrationProducts.Pays(rows, inner, columns));

    [Fact]
    public void Our_kernels_work_where_there_is_no_device() =>
        Assert.True(ExecutionProviders.Probe()[0].Available || CalibrationProducts.OfMachine == CalibrationProducts.Processor);

    [Fact]
    public async Task A_model_calibrated_with_the_runtimes_products_is_as_good_and_its_decisions_are_kept_apart()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        (PackResult own, _) = await fixture.Pack(store.Store, fixture.Recipe());
        CalibrationProducts products = CalibrationProducts.Of(ProductProvider.Processor(1), always: true);
        PackResult sent = await Packer.PackAsync(fixture.Request(store.Store, fixture.Recipe(("Name", "sent"))) with { Products = products });

        ManifestWeight[] expected = Calibrated(own), actual = Calibrated(sent);
        Assert.Equal(expected.Length, actual.Length);
        Assert.Equal(actual.Sum(weight => weight.RoundToNearestOutputError)!.Value, expected.Sum(weight => weight.RoundToNearestOutputError)!.Value, expected.Sum(weight => weight.RoundToNearestOutputError)!.Value * 0.02);
        Assert.InRange(actual.Sum(weight => weight.OutputError)!.Value, 0, expected.Sum(weight => weight.OutputError)!.Value * 1.05);
        Assert.Null(own.Manifest.Calibration!.Device);
        Assert.Equal("ONNX Runtime", sent.Manifest.Calibration!.Device);
        fixture.With(store.Store, fixture.Recipe(), context => Assert.Equal(context.ModelKey, context.DecisionKey));
        Assert.NotEqual("key", CalibrationKeys.OfProducts("key", products.Device));
    }

    private static ManifestWeight[] Calibrated(PackResult result) => [.. result.Manifest.Weights.Where(weight => weight.OutputError is not null)];

    private static MatrixView Window(int rows, int columns, int gap, int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, gap + (rows * (columns + gap))).Select(_ => (float)(random.NextDouble() - 0.5))];
        return new MatrixView(values, gap, rows, columns, columns + gap);
    }

    private static void Near(float[] expected, float[] actual, int products)
    {
        float tolerance = 1e-6f * (1 + products);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
        }
    }
}
