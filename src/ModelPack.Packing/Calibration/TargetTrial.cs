using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Decides about targets: the first layers are quantized with and without, on all rows but a few, the rest of the model
/// stays float, and the way whose predictions on the held-out rows are nearer to the float model's wins. The fitted error
/// says nothing here: it rises while the divergence halves.
/// </summary>
internal static class TargetTrial
{
    // A fifth of the layers shows what the whole model does, and costs two fifths of it.
    private const int ShareOfLayers = 5;
    private const int MostLayers = 6;
    private const int ShareHeldOut = 8;
    private const int FewestHeldOut = 2;
    private const int MostHeldOut = 16;

    /// <summary>Tries both, or finds the result in the store. With too few rows to hold any out targets are not used.</summary>
    public static TargetChoice Choose(CalibrationContext context)
    {
        int held = Math.Clamp(context.Rows.Count / ShareHeldOut, FewestHeldOut, MostHeldOut);
        if (context.Rows.Count < 2 * FewestHeldOut)
        {
            return new TargetChoice(false, null, null);
        }

        int layers = Math.Clamp((context.Architecture.Layers + ShareOfLayers - 1) / ShareOfLayers, Math.Min(2, context.Architecture.Layers), MostLayers);
        int blocks = context.Blocks.Count(block => block.Layer < layers);
        string settings = string.Join(';', context.Blocks.Take(blocks).SelectMany(block => block.Linears).Select(linear => $"{context.Job.StorageOf(linear.Weight)} {context.Job.MethodOf(linear.Weight)}"));
        string key = CalibrationKeys.Of(context.DecisionKey, $"target trial {context.Job.Request.Recipe.GptqParts} {settings}");
        double[] kl = StoredNumbers.FindOrMeasure(context.Store, key, 2, () => Measure(context, blocks, held));
        return new TargetChoice(kl[0] <= kl[1], kl[0], kl[1]);
    }

    private static double[] Measure(CalibrationContext context, int blocks, int held)
    {
        int measured = context.Rows.Count - held;
        HiddenStates[] streams = [.. Enumerable.Range(0, 3).Select(_ => new HiddenStates(held, context.Rows.Length, context.Architecture.HiddenSize))];
        try
        {
            using (var floats = new FloatStream(context))
            {
                Quantize(context, floats, blocks, measured, targets: true, streams[0]);
                Quantize(context, floats, blocks, measured, targets: false, streams[1]);
                floats.MoveTo(blocks);
                Copy(floats.Before, measured, streams[2]);
            }

            return Compare(context, blocks, measured, streams);
        }
        finally
        {
            Array.ForEach(streams, stream => stream.Dispose());
        }
    }

    private static void Quantize(CalibrationContext context, FloatStream floats, int blocks, int measured, bool targets, HiddenStates heldOut)
    {
        using HiddenStates stream = context.Stream("trial");
        floats.MoveTo(0);
        context.Embed(stream);
        var decisions = new BlockDecisions(context, null);
        var quantizer = new BlockQuantizer(context, floats, decisions, targets, measured);
        for (int block = 0; block < blocks; block++)
        {
            quantizer.Run(block, stream);
            decisions.Forget();
        }

        Copy(stream, measured, heldOut);
    }

    private static void Copy(HiddenStates from, int first, HiddenStates to)
    {
        for (int row = 0; row < to.Rows; row++)
        {
            from.Row(first + row).CopyTo(to.Row(row));
        }
    }

    /// <summary>Mean KL divergences with and without targets from the float model, over the held-out rows.</summary>
    private static double[] Compare(CalibrationContext context, int blocks, int measured, HiddenStates[] streams)
    {
        for (int block = blocks; block < context.Blocks.Count; block++)
        {
            context.RunBlock(context.Blocks[block], context.Source, [.. streams.Select(stream => (stream, stream))]);
        }

        return HeadDivergence.Measure(context, streams[2], streams[..2], measured);
    }
}
