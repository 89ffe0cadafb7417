using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>Shows the inputs of the unquantized model's linear layers, one input after the other.</summary>
internal static class FloatInputs
{
    /// <summary>Visits every distinct input.</summary>
    /// <param name="context">Model and rows.</param>
    /// <param name="visit">Gets the linear layers that read an input, and its statistics, which it may take.</param>
    public static void Visit(CalibrationContext context, Action<IReadOnlyList<Linear>, InputStatistics> visit)
    {
        using var floats = new FloatStream(context);
        for (int index = 0; index < context.Blocks.Count; index++)
        {
            LayerBlock block = context.Blocks[index];
            floats.MoveTo(index);
            int innerWidth = LayerPartGraph.OutputWidth(context.Architecture, block.Inner);
            var widening = new InputStatistics(context.Architecture.HiddenSize, 0, context.Threads);
            var narrowing = new InputStatistics(innerWidth, 0, context.Threads);
            Measure(context, block, floats.Before, widening, narrowing);
            visit(block.Widening, widening);
            visit([block.Narrowing], narrowing);
        }
    }

    private static void Measure(CalibrationContext context, LayerBlock block, HiddenStates stream, InputStatistics widening, InputStatistics narrowing)
    {
        using PartSession norm = context.Open(block, block.Norm, context.Source);
        using PartSession inner = context.Open(block, block.Inner, context.Source);
        using var input = new HiddenStates(1, stream.Tokens, stream.Width);
        using var activations = new HiddenStates(1, stream.Tokens, LayerPartGraph.OutputWidth(context.Architecture, block.Inner));
        float[] wide = new float[stream.Tokens * stream.Width];
        float[] narrow = new float[stream.Tokens * activations.Width];
        for (int row = 0; row < stream.Rows; row++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            norm.Run(RowTensor.Of(stream, row), RowTensor.Of(input, 0));
            inner.Run(RowTensor.Of(input, 0), RowTensor.Of(activations, 0));
            input.Row(0).CopyTo(wide);
            activations.Row(0).CopyTo(narrow);
            widening.Add(wide, []);
            narrowing.Add(narrow, []);
        }
    }
}
