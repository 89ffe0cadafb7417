using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Decides the weights of one block after the other on the quantized stream (true-sequential: an input is measured with
/// everything before it already quantized) and moves that stream behind the block. Targets come from the float stream
/// (docs of GPTAQ, and the residual's own error for the layers that add to it). Not thread-safe.
/// </summary>
/// <param name="context">Model and rows.</param>
/// <param name="floats">The unquantized model's stream.</param>
/// <param name="decisions">Finds and keeps decisions.</param>
/// <param name="targets">True: ask for what the unquantized model produced.</param>
/// <param name="measured">Rows from the first on that are measured; the others are only carried along.</param>
internal sealed class BlockQuantizer(CalibrationContext context, FloatStream floats, IBlockDecisions decisions, bool targets, int measured)
{
    /// <summary>Decides the weights of a block that have not been decided, and replaces the stream before it by the stream behind it.</summary>
    public void Run(int index, HiddenStates stream)
    {
        LayerBlock block = context.Blocks[index];
        decisions.Begin(index, block, stream, measured);
        DecideWidening(index, block, stream);
        using HiddenStates inner = context.States("inner", LayerPartGraph.OutputWidth(context.Architecture, block.Inner));
        RunInner(block, stream, inner);
        DecideNarrowing(index, block, stream, inner);
        using PartSession output = context.Open(block, block.Output, decisions.Rows);
        for (int row = 0; row < stream.Rows; row++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            output.Run(RowTensor.Of(inner, row), RowTensor.Of(stream, row), RowTensor.Of(stream, row));
        }
    }

    private void DecideWidening(int index, LayerBlock block, HiddenStates stream)
    {
        if (block.Widening.All(decisions.IsDecided))
        {
            return;
        }

        int columns = stream.Width;
        var statistics = new InputStatistics(columns, targets ? columns : 0, context.Threads);
        using PartSession norm = context.Open(block, block.Norm, decisions.FloatRows);
        using var input = new HiddenStates(1, stream.Tokens, columns);
        float[] quantized = new float[stream.Tokens * columns];
        float[] difference = new float[targets ? quantized.Length : 0];
        if (targets)
        {
            floats.MoveTo(index);
        }

        for (int row = 0; row < measured; row++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            norm.Run(RowTensor.Of(stream, row), RowTensor.Of(input, 0));
            input.Row(0).CopyTo(quantized);
            if (targets)
            {
                norm.Run(RowTensor.Of(floats.Before, row), RowTensor.Of(input, 0));
                RowDifference.Of(input.Row(0), quantized, difference);
            }

            statistics.Add(quantized, difference);
        }

        MatrixView? cross = targets ? new MatrixView(statistics.TakeCross(), columns, columns) : null;
        decisions.Decide(block, block.Widening, statistics.TakeHessian(), statistics.Tokens, (linear, weights) => cross is { } c ? Shift(linear, weights, c) : null);
    }

    /// <summary>W C: what the inputs' differences change in the outputs, times the inputs.</summary>
    private float[] Shift(Linear linear, float[] weights, MatrixView cross)
    {
        var shift = new MatrixView(new float[weights.Length], linear.Weight.Rows, linear.Weight.Columns);
        MatrixProduct.Add(new MatrixView(weights, linear.Weight.Rows, linear.Weight.Columns), false, cross, false, 1, shift, context.Threads);
        return shift.Values;
    }

    private void RunInner(LayerBlock block, HiddenStates stream, HiddenStates inner)
    {
        using PartSession norm = context.Open(block, block.Norm, decisions.FloatRows);
        using PartSession widening = context.Open(block, block.Inner, decisions.Rows);
        using var input = new HiddenStates(1, stream.Tokens, stream.Width);
        for (int row = 0; row < stream.Rows; row++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            norm.Run(RowTensor.Of(stream, row), RowTensor.Of(input, 0));
            widening.Run(RowTensor.Of(input, 0), RowTensor.Of(inner, row));
        }
    }

    private void DecideNarrowing(int index, LayerBlock block, HiddenStates stream, HiddenStates inner)
    {
        if (decisions.IsDecided(block.Narrowing))
        {
            return;
        }

        var statistics = new InputStatistics(inner.Width, targets ? stream.Width : 0, context.Threads);
        using PartSession? output = targets ? context.Open(block, block.Output, decisions.FloatRows) : null;
        using var sum = new HiddenStates(1, stream.Tokens, stream.Width);
        float[] input = new float[inner.Tokens * inner.Width];
        float[] difference = new float[targets ? stream.Tokens * stream.Width : 0];
        if (targets)
        {
            floats.MoveTo(index);
        }

        for (int row = 0; row < measured; row++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            inner.Row(row).CopyTo(input);
            if (output is not null)
            {
                // The stream that should be there, less the stream that float weights would give on the quantized inputs.
                output.Run(RowTensor.Of(inner, row), RowTensor.Of(sum, 0), RowTensor.Of(stream, row));
                RowDifference.Of(floats.After.Row(row), sum.Row(0), difference);
            }

            statistics.Add(input, difference);
        }

        float[]? cross = targets ? statistics.TakeCross() : null;
        decisions.Decide(block, [block.Narrowing], statistics.TakeHessian(), statistics.Tokens, (_, _) => cross);
    }
}
