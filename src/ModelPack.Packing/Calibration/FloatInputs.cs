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
            int innerWidth = LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Inner);
            var widening = new InputStatistics(context.Architecture.HiddenSize, 0, context.Products.Products, context.Threads, squaresOnly);
            var narrowing = new InputStatistics(innerWidth, 0, context.Products.Products, context.Threads, squaresOnly);
            Measure(context, block, floats.Before, widening, narrowing);
            visit(block.Widening, widening);
            visit([block.Narrowing], narrowing);
        }
    }

    private static void Measure(CalibrationContext context, LayerBlock block, HiddenStates stream, InputStatistics widening, InputStatistics narrowing)
    {
        using PartSession norm = context.Open(block, block.Norm, context.Source);
        using PartSession inner = context.Open(block, block.Inner, context.Source);
        int innerWidth = LayerPartGraph.OutputWidth(context.Architecture, block.Layer, block.Inner);
        int chunk = context.ChunkRows(stream.Rows);
        int wideRow = stream.Tokens * stream.Width, narrowRow = stream.Tokens * innerWidth;
        float[] wide = new float[(long)chunk * wideRow];
        float[] narrow = new float[(long)chunk * narrowRow];
        foreach ((int first, int count) in context.Chunks(stream.Rows))
        {
            context.ForRows(first, count, (row, scratch) =>
            {
                RowTensor input = scratch.Get(0, stream.Width), activations = scratch.Get(1, innerWidth);
                norm.Run(RowTensor.Of(stream, row), input);
                inner.Run(input, activations);
                scratch.Values(0, stream.Width).CopyTo(wide.AsSpan((row - first) * wideRow));
                scratch.Values(1, innerWidth).CopyTo(narrow.AsSpan((row - first) * narrowRow));
            });
            widening.Add(count * stream.Tokens, wide, []);
            narrowing.Add(count * stream.Tokens, narrow, []);
        }
    }
}
