using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Stages;
using ModelPack.Quantization;
using ModelPack.Quantization.Awq;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Finds AWQ's scales of a block on the quantized stream. The scales of the norm are judged by the output of the whole block,
/// those of the value or up projection by the output of the layer that reads it.
/// </summary>
internal static class BlockScaling
{
    // Tokens that candidates are judged on: sixteen sequences were enough in the AWQ paper.
    private const int Tokens = 8192;

    /// <summary>Which scales of a block there are: those whose weights are all quantized by AWQ; of the input, and of each pair.</summary>
    public static (bool Input, bool[] Pairs) Of(CalibrationContext context, LayerBlock block)
    {
        bool Scales(Linear linear) => context.Job.StorageOf(linear.Weight) is WeightStorage.Quantized && CalibratedMethods.Scales(context.Job.MethodOf(linear.Weight));
        return (
            block.NormWeights.Count > 0 && block.Widening.All(input => input.Linears.All(Scales)),
            [.. block.Pairs.Select(pair => Scales(pair.Producer) && Scales(pair.Consumer) && pair.Consumer.Weight.Columns % pair.Producer.Weight.Rows == 0)]);
    }

    /// <summary>True when something of a block is scaled.</summary>
    public static bool Scales(CalibrationContext context, LayerBlock block) => Of(context, block) is var (input, pairs) && (input || pairs.Contains(true));

    /// <summary>Searches.</summary>
    /// <param name="context">Model and rows.</param>
    /// <param name="block">The block.</param>
    /// <param name="stream">The quantized stream before it.</param>
    /// <param name="measured">Rows that may be measured.</param>
    public static BlockScales Search(CalibrationContext context, LayerBlock block, HiddenStates stream, int measured)
    {
        (bool scaleInput, bool[] scalePairs) = Of(context, block);
        int rows = Math.Clamp(Tokens / stream.Tokens, 1, measured);
        using var input = new HiddenStates(rows, stream.Tokens, LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Norm));
        using var inner = new HiddenStates(rows, stream.Tokens, LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Inner));
        using var output = new HiddenStates(rows, stream.Tokens, stream.Width);
        using (PartSession norm = context.Open(block, block.Norm, context.Source))
        {
            context.ForRows(0, rows, (row, _) => norm.Run(RowTensor.Of(stream, row), RowTensor.Of(input, row)));
        }

        Run(context, block, context.Source, input, stream, inner, output);
        float[] inputScales = scaleInput ? SearchInput(context, block, stream, input, output) : [];
        return new BlockScales(inputScales, [.. block.Pairs.Zip(scalePairs, (pair, scales) => scales ? SearchPair(context, pair, inner) : PairScales.None)]);
    }

    private static void Run(
        CalibrationContext context, LayerBlock block, Func<DecoderWeight, IWeightRows> values, HiddenStates input, HiddenStates stream, HiddenStates inner, HiddenStates output)
    {
        using PartSession widening = context.Open(block, block.Inner, values);
        using PartSession narrowing = context.Open(block, block.Output, values);
        context.ForRows(0, input.Rows, (row, _) =>
        {
            widening.Run(RowTensor.Of(input, row), RowTensor.Of(inner, row));
            narrowing.Run(RowTensor.Of(inner, row), RowTensor.Of(output, row), RowTensor.Of(stream, row));
        });
    }

    private static float[] SearchInput(CalibrationContext context, LayerBlock block, HiddenStates stream, HiddenStates input, HiddenStates expected)
    {
        Linear[] linears = [.. block.Widening.SelectMany(wide => wide.Linears)];
        Dictionary<DecoderWeight, float[]> weights = linears.ToDictionary(linear => linear.Weight, linear => context.Source(linear.Weight).ReadAll());
        float[] weightMeans = new float[stream.Width];
        AwqStatistics.WeightMeans([.. weights.Values], SchemeOf(context, linears[0]).GroupSize, weightMeans);
        using var actual = new HiddenStates(input.Rows, input.Tokens, stream.Width);
        return AwqSearch.Run(Means(input, new RowSelection(0, stream.Width)), weightMeans, AwqSearch.Candidates, Loss).Scales;

        double Loss(float[] scales)
        {
            Dictionary<DecoderWeight, float[]> rounded = linears.ToDictionary(
                linear => linear.Weight, linear => AwqLoss.Effective(weights[linear.Weight], scales, RowRoundings.Searched(SchemeOf(context, linear)), context.Threads));
            using var activations = new HiddenStates(input.Rows, input.Tokens, LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Inner));
            Run(context, block, weight => rounded.TryGetValue(weight, out float[]? values) ? new ArrayRows(weight, values) : context.Source(weight), input, stream, activations, actual);
            double sum = 0;
            for (int row = 0; row < input.Rows; row++)
            {
                sum += SquaredDistance(expected.Row(row), actual.Row(row));
            }

            return sum;
        }
    }

    private static PairScales SearchPair(CalibrationContext context, ScaledPair pair, HiddenStates inner)
    {
        DecoderWeight weight = pair.Consumer.Weight;
        DecoderWeight producer = pair.Producer.Weight;
        var statistics = new InputStatistics(weight.Columns, 0, context.Products.Products, context.Threads);
        float[] rows = new float[inner.Tokens * weight.Columns];
        for (int i = 0; i < inner.Rows; i++)
        {
            int tokens = pair.Rows.Copy(inner.Row(i), inner.Width, inner.Tokens, rows);
            if (tokens > 0)
            {
                statistics.Add(tokens, rows, []);
            }
        }

        if (statistics.Tokens == 0)
        {
            return new PairScales([.. Enumerable.Repeat(1f, weight.Columns)], [.. Enumerable.Repeat(1f, producer.Rows)]);
        }

        float[] hessian = statistics.TakeHessian();
        float[] values = context.Source(weight).ReadAll();
        QuantizationScheme scheme = SchemeOf(context, pair.Consumer);
        float[] weightMeans = new float[weight.Columns];
        AwqStatistics.WeightMeans([values], scheme.GroupSize, weightMeans);
        int headSize = context.Architecture.HeadSize;
        Action<float[]>? tie = weight.Columns == producer.Rows ? null : scales => AwqScales.TieHeads(scales, weight.Columns / headSize, producer.Rows / headSize);
        float[] best = AwqSearch.Run(
            Means(inner, pair.Rows), weightMeans, AwqSearch.Candidates, scales => AwqLoss.ThroughHessian(values, scales, hessian, RowRoundings.Searched(scheme), context.Threads), tie).Scales;
        return new PairScales(best, tie is null ? best : AwqScales.TieHeads(best, weight.Columns / headSize, producer.Rows / headSize));
    }

    private static float[] Means(HiddenStates states, RowSelection rows)
    {
        float[] all = new float[(long)states.Rows * states.Tokens * rows.Width];
        int tokens = 0;
        for (int row = 0; row < states.Rows; row++)
        {
            tokens += rows.Copy(states.Row(row), states.Width, states.Tokens, all.AsSpan(tokens * rows.Width));
        }

        float[] means = new float[rows.Width];
        AwqStatistics.InputMeans(all.AsSpan(0, tokens * rows.Width), means);
        return means;
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    private static QuantizationScheme SchemeOf(CalibrationContext context, Linear linear) => ((WeightStorage.Quantized)context.Job.StorageOf(linear.Weight)).Scheme;
}
