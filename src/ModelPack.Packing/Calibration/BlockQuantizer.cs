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
    /// <summary>Decides the weights of a block that have not been decided, and replaces the stream before it by the stream behind it.</summary>
    public void Run(int index, HiddenStates stream)
    {
        LayerBlock block = context.Blocks[index];
        decisions.Begin(index, block, stream, measured);
        DecideWidening(index, block, stream);
        using HiddenStates inner = context.States("inner", WidthOf(block, block.Inner));
        RunInner(block, stream, inner);
        DecideNarrowing(index, block, stream, inner);
        using PartSession output = context.Open(block, block.Output, decisions.Rows);
        context.ForRows(0, stream.Rows, (row, _) => output.Run(RowTensor.Of(inner, row), RowTensor.Of(stream, row), RowTensor.Of(stream, row)));
    }

    private int WidthOf(LayerBlock block, LayerPart part) => LayerPartGraph.OutputWidth(context.Architecture, block.Layer, part);

    private void DecideWidening(int index, LayerBlock block, HiddenStates stream)
    {
        LinearInput[] open = [.. block.Widening.Where(input => !input.Linears.All(decisions.IsDecided))];
        if (open.Length == 0)
        {
            return;
        }

        int width = WidthOf(block, block.Norm);
        using PartSession norm = context.Open(block, block.Norm, decisions.FloatRows);
        if (targets)
        {
            floats.MoveTo(index);
        }

        var measurement = new InputMeasurement(context, width, measured) { Differences = targets ? width : 0, DiffersInActivations = true };
        measurement.Run(
            open,
            (row, input, difference, scratch) =>
            {
                norm.Run(RowTensor.Of(stream, row), scratch.Get(0, width));
                scratch.Values(0, width).CopyTo(input);
                if (targets)
                {
                    norm.Run(RowTensor.Of(floats.Before, row), scratch.Get(0, width));
                    RowDifference.Of(scratch.Values(0, width), input, difference);
                }
            },
            (input, statistics) =>
            {
                MatrixView? cross = targets ? new MatrixView(statistics.TakeCross(), input.Rows.Width, input.Rows.Width) : null;
                decisions.Decide(input.Linears, statistics.TakeHessian(), statistics.Tokens, (linear, weights) => cross is { } c ? Shift(linear, weights, c) : null);
            });
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
        int width = WidthOf(block, block.Norm);
        using PartSession norm = context.Open(block, block.Norm, decisions.FloatRows);
        using PartSession widening = context.Open(block, block.Inner, decisions.Rows);
        context.ForRows(0, stream.Rows, (row, scratch) =>
        {
            RowTensor input = scratch.Get(0, width);
            norm.Run(RowTensor.Of(stream, row), input);
            widening.Run(input, RowTensor.Of(inner, row));
        });
    }

    private void DecideNarrowing(int index, LayerBlock block, HiddenStates stream, HiddenStates inner)
    {
        // What is missing in the stream says what is missing in a layer's output only where nothing stands between them.
        bool repairs = targets && block.AddsPlainly;
        if (!repairs)
        {
            Decide(block.Narrowing, null);
            return;
        }

        floats.MoveTo(index);
        foreach (LinearInput input in block.Narrowing)
        {
            // Layers that add side by side: a later one repairs what the earlier ones have left.
            using PartSession output = context.Open(block, block.Output, weight => WasDecided(weight) ? decisions.Rows(weight) : decisions.FloatRows(weight));
            Decide([input], output);
        }

        bool WasDecided(DecoderWeight weight) => block.Narrowing.SelectMany(input => input.Linears).FirstOrDefault(linear => linear.Weight == weight) is { } linear
            && block.Narrowing.Count > 1 && decisions.IsDecided(linear);

        void Decide(IReadOnlyList<LinearInput> inputs, PartSession? output)
        {
            LinearInput[] open = [.. inputs.Where(input => !input.Linears.All(decisions.IsDecided))];
            if (open.Length == 0)
            {
                return;
            }

            var measurement = new InputMeasurement(context, inner.Width, measured) { Differences = output is null ? 0 : stream.Width };
            measurement.Run(
                open,
                (row, activations, difference, scratch) =>
                {
                    inner.Row(row).CopyTo(activations);
                    if (output is not null)
                    {
                        // The stream that should be there, less the stream that float weights would give on the quantized inputs.
                        output.Run(RowTensor.Of(inner, row), scratch.Get(0, stream.Width), RowTensor.Of(stream, row));
                        RowDifference.Of(floats.After.Row(row), scratch.Values(0, stream.Width), difference);
                    }
                },
                (input, statistics) =>
                {
                    float[]? cross = output is null ? null : statistics.TakeCross();
                    decisions.Decide(input.Linears, statistics.TakeHessian(), statistics.Tokens, (_, _) => cross);
                });
        }
    }
}
