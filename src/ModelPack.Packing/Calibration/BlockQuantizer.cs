using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Stages;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Decides the weights of one block after the other on the quantized stream (true-sequential: an input is measured with
/// everything before it already quantized) and moves that stream behind the block. Targets are what the unquantized model has
/// at the same place: outputs for the inputs it has there, and for layers that add to the stream the stream itself. Not thread-safe.
/// </summary>
/// <param name="context">Model and rows.</param>
/// <param name="floats">The unquantized model's stream.</param>
/// <param name="decisions">Finds and keeps decisions.</param>
/// <param name="targets">True: ask for what the unquantized model produced.</param>
/// <param name="measured">Rows from the first on that are measured; the others are only carried along.</param>
internal sealed class BlockQuantizer(CalibrationContext context, FloatStream floats, BlockDecisions decisions, bool targets, int measured)
{
    private delegate void RowMeasurement(int row, Span<float> input, Span<float> difference, RowScratch scratch);

    /// <summary>Decides the weights of a block that have not been decided, and replaces the stream before it by the stream behind it.</summary>
    public void Run(int index, HiddenStates stream)
    {
        LayerBlock block = context.Blocks[index];
        decisions.Begin(index, block, stream, measured);
        DecideWidening(index, block, stream);
        using HiddenStates inner = context.States("inner", LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Inner));
        RunInner(block, stream, inner);
        DecideNarrowing(index, block, stream, inner);
        using PartSession output = context.Open(block, block.Output, decisions.Rows);
        context.ForRows(0, stream.Rows, (row, _) => output.Run(RowTensor.Of(inner, row), RowTensor.Of(stream, row), RowTensor.Of(stream, row)));
    }

    private void DecideWidening(int index, LayerBlock block, HiddenStates stream)
    {
        if (block.Widening.All(decisions.IsDecided))
        {
            return;
        }

        int columns = stream.Width;
        var statistics = new InputStatistics(columns, targets ? columns : 0, context.Products.Products, context.Threads);
        using PartSession norm = context.Open(block, block.Norm, decisions.FloatRows);
        if (targets)
        {
            floats.MoveTo(index);
        }

        Measure(stream.Tokens, columns, targets ? columns : 0, statistics, (row, input, difference, scratch) =>
        {
            norm.Run(RowTensor.Of(stream, row), scratch.Get(0, columns));
            scratch.Values(0, columns).CopyTo(input);
            if (targets)
            {
                norm.Run(RowTensor.Of(floats.Before, row), scratch.Get(0, columns));
                RowDifference.Of(scratch.Values(0, columns), input, difference);
            }
        });

        MatrixView? cross = targets ? new MatrixView(statistics.TakeCross(), columns, columns) : null;
        decisions.Decide(block.Widening, statistics.TakeHessian(), statistics.Tokens, (linear, weights) => cross is { } c ? Shift(linear, weights, c) : null);
    }

    /// <summary>W C: what the inputs' differences change in the outputs, times the inputs.</summary>
    private float[] Shift(Linear linear, float[] weights, MatrixView cross)
    {
        var shift = new MatrixView(new float[weights.Length], linear.Weight.Rows, linear.Weight.Columns);
        context.Steps.Run(CalibrationSteps.Targets, () => context.Products.Products.Add(
            new MatrixView(weights, linear.Weight.Rows, linear.Weight.Columns), false, cross, false, 1, shift, context.Threads));
        return shift.Values;
    }

    private void RunInner(LayerBlock block, HiddenStates stream, HiddenStates inner)
    {
        using PartSession norm = context.Open(block, block.Norm, decisions.FloatRows);
        using PartSession widening = context.Open(block, block.Inner, decisions.Rows);
        context.ForRows(0, stream.Rows, (row, scratch) =>
        {
            RowTensor input = scratch.Get(0, stream.Width);
            norm.Run(RowTensor.Of(stream, row), input);
            widening.Run(input, RowTensor.Of(inner, row));
        });
    }

    private void DecideNarrowing(int index, LayerBlock block, HiddenStates stream, HiddenStates inner)
    {
        if (decisions.IsDecided(block.Narrowing))
        {
            return;
        }

        // What is missing in the stream says what is missing in the layer's output only where nothing stands between them.
        bool repairs = targets && block.AddsPlainly;
        var statistics = new InputStatistics(inner.Width, repairs ? stream.Width : 0, context.Products.Products, context.Threads);
        using PartSession? output = repairs ? context.Open(block, block.Output, decisions.FloatRows) : null;
        if (repairs)
        {
            floats.MoveTo(index);
        }

        Measure(stream.Tokens, inner.Width, repairs ? stream.Width : 0, statistics, (row, input, difference, scratch) =>
        {
            inner.Row(row).CopyTo(input);
            if (output is not null)
            {
                // The stream that should be there, less the stream that float weights would give on the quantized inputs.
                output.Run(RowTensor.Of(inner, row), scratch.Get(0, stream.Width), RowTensor.Of(stream, row));
                RowDifference.Of(floats.After.Row(row), scratch.Values(0, stream.Width), difference);
            }
        });

        float[]? cross = repairs ? statistics.TakeCross() : null;
        decisions.Decide([block.Narrowing], statistics.TakeHessian(), statistics.Tokens, (_, _) => cross);
    }

    /// <summary>Adds the measured rows to the statistics, some at a time and in their order.</summary>
    private void Measure(int tokens, int columns, int differences, InputStatistics statistics, RowMeasurement measure)
    {
        int chunk = context.ChunkRows(measured);
        float[] inputs = new float[(long)chunk * tokens * columns];
        float[] missing = new float[(long)chunk * tokens * differences];
        foreach ((int first, int count) in context.Chunks(measured))
        {
            context.ForRows(first, count, (row, scratch) => measure(
                row,
                inputs.AsSpan((row - first) * tokens * columns, tokens * columns),
                missing.AsSpan((row - first) * tokens * differences, tokens * differences),
                scratch));
            context.Steps.Run(CalibrationSteps.Statistics, () => statistics.Add(count * tokens, inputs, missing));
        }
    }
}
