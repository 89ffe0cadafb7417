using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>Shows the inputs of the unquantized model's linear layers, one input after the other.</summary>
internal static class FloatInputs
{
    /// <summary>Visits every distinct input.</summary>
    /// <param name="context">Model and rows.</param>
    /// <param name="squaresOnly">True: the mean squares are all that is asked for.</param>
    /// <param name="visit">Gets the linear layers that read an input, and its statistics, which it may take.</param>
    public static void Visit(CalibrationContext context, bool squaresOnly, Action<IReadOnlyList<Linear>, InputStatistics> visit)
    {
        using var floats = new FloatStream(context);
        for (int index = 0; index < context.Blocks.Count; index++)
        {
            LayerBlock block = context.Blocks[index];
            floats.MoveTo(index);
            using PartSession norm = context.Open(block, block.Norm, context.Source);
            using PartSession inner = context.Open(block, block.Inner, context.Source);
            HiddenStates stream = floats.Before;
            int width = LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Norm), innerWidth = LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Inner);
            new InputMeasurement(context, width, stream.Rows) { SquaresOnly = squaresOnly }.Run(
                block.Widening,
                (row, activations, _, scratch) =>
                {
                    norm.Run(RowTensor.Of(stream, row), scratch.Get(0, width));
                    scratch.Values(0, width).CopyTo(activations);
                },
                (input, statistics) => visit(input.Linears, statistics));
            new InputMeasurement(context, innerWidth, stream.Rows) { SquaresOnly = squaresOnly }.Run(
                block.Narrowing,
                (row, activations, _, scratch) =>
                {
                    RowTensor input = scratch.Get(0, width);
                    norm.Run(RowTensor.Of(stream, row), input);
                    inner.Run(input, scratch.Get(1, innerWidth));
                    scratch.Values(1, innerWidth).CopyTo(activations);
                },
                (input, statistics) => visit(input.Linears, statistics));
        }
    }
}
