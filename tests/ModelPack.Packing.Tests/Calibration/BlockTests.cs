using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Tests.Road;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Tests.Calibration;

public sealed class BlockTests
{
    [Fact]
    public void Blocks_one_after_the_other_are_the_whole_model()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        fixture.With(store.Store, fixture.Recipe(), context =>
        {
            using HiddenStates stream = context.Stream("float");
            context.Embed(stream);
            foreach (LayerBlock block in context.Blocks)
            {
                context.RunFloatBlock(block, stream, stream);
            }

            using PartSession head = PartSession.Open(
                DecoderGraph.Build(context.Architecture, DecoderGraphOptions.HeadOnly(context.Architecture.Layers), _ => new WeightStorage.Float32()),
                context.Source,
                1);
            using var logits = new HiddenStates(1, context.Rows.Length, context.Architecture.VocabularySize);
            head.Run(RowTensor.Of(stream, 3), RowTensor.Of(logits, 0));

            using HuggingFaceSource source = HuggingFaceSource.Open(fixture.Model.Folder);
            using SessionLogitSource whole = SessionLogitSource.OpenSource(source, 1);
            float[] expected = new float[context.Rows.Length * whole.VocabularySize];
            whole.Run(context.Rows.Ids[3], expected);
            Assert.Equal(0, Distance(expected, logits.Row(0)), 1e-5);
        });
    }

    [Fact]
    public void Folded_scales_change_no_output_of_a_block()
    {
        using var fixture = new CalibrationFixture();
        using var store = new TemporaryStore();
        fixture.With(store.Store, fixture.Recipe(("Method", "awq")), context =>
        {
            using HiddenStates stream = context.Stream("float");
            using HiddenStates expected = context.Stream("expected");
            using HiddenStates actual = context.Stream("actual");
            context.Embed(stream);
            foreach (LayerBlock block in context.Blocks)
            {
                BlockScales scales = BlockScaling.Search(context, block, stream, 4);
                Assert.Contains(scales.Input, scale => scale is < 0.99f or > 1.01f);
                Assert.Equal(block.Pairs[0].Consumer.Weight.Columns, scales.Pairs[0].Inner.Length);
                Assert.Equal(block.Pairs[0].Producer.Weight.Rows, scales.Pairs[0].Producer.Length);
                context.RunFloatBlock(block, stream, expected);
                context.RunBlock(block, Folded, [(stream, actual)]);
                Assert.Equal(0, Distance(expected.Row(2), actual.Row(2)), 1e-5);

                IWeightRows Folded(DecoderWeight weight)
                {
                    float[] values = new float[weight.ElementCount];
                    context.Source(weight).Read(0, weight.Rows, values);
                    scales.Fold(block, weight, values);
                    return new ArrayRows(weight, values);
                }
            }
        });
    }

    [Fact]
    public void Statistics_are_the_sums_over_tokens()
    {
        var random = new Random(3);
        float[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        const int Columns = 13, Outputs = 5, Tokens = 21;
        float[][] inputs = [Noise(Tokens * Columns), Noise(Tokens * Columns)];
        float[][] differences = [Noise(Tokens * Outputs), Noise(Tokens * Outputs)];
        var statistics = new InputStatistics(Columns, Outputs, ProcessorProducts.Instance, 2);

        statistics.Add(Tokens, inputs[0], differences[0]);
        statistics.Add(Tokens, inputs[1], differences[1]);
        var squaresOnly = new InputStatistics(Columns, 0, ProcessorProducts.Instance, 2, squaresOnly: true);
        squaresOnly.Add(Tokens, inputs[0], []);
        squaresOnly.Add(Tokens, inputs[1], []);
        float[] alone = new float[Columns];
        squaresOnly.WriteMeanSquares(alone);
        float[] squares = new float[Columns];
        statistics.WriteMeanSquares(squares);
        float[] hessian = statistics.TakeHessian();
        float[] cross = statistics.TakeCross();

        for (int i = 0; i < Columns; i++)
        {
            Assert.Equal(Sum(inputs, Columns, i, inputs, Columns, i) / (2 * Tokens), squares[i], 1e-5);
            Assert.Equal(squares[i], alone[i], 1e-6);
            for (int j = 0; j < Columns; j++)
            {
                Assert.Equal(Sum(inputs, Columns, i, inputs, Columns, j) / Tokens, hessian[(i * Columns) + j], 1e-5);
            }

            for (int o = 0; o < Outputs; o++)
            {
                Assert.Equal(Sum(differences, Outputs, o, inputs, Columns, i) / Tokens, cross[(o * Columns) + i], 1e-5);
            }
        }
    }

    private static double Sum(float[][] a, int widthA, int columnA, float[][] b, int widthB, int columnB)
    {
        double sum = 0;
        for (int part = 0; part < a.Length; part++)
        {
            for (int token = 0; token < a[part].Length / widthA; token++)
            {
                sum += (double)a[part][(token * widthA) + columnA] * b[part][(token * widthB) + columnB];
            }
        }

        return sum;
    }

    /// <summary>Norm of the difference by the norm of what is expected.</summary>
    private static double Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += ((double)expected[i] - actual[i]) * ((double)expected[i] - actual[i]);
            norm += (double)expected[i] * expected[i];
        }

        return Math.Sqrt(difference / norm);
    }
}
