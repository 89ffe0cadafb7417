using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Takes every decision that depends on activations, block by block, and leaves it in the store. A run that was stopped
/// goes on at the block where it was; a run whose decisions are all there does nothing.
/// </summary>
internal static class CalibratedRoad
{
    /// <summary>Takes the decisions.</summary>
    /// <param name="job">The job; some weight needs its inputs.</param>
    /// <param name="progress">Gets every decided weight.</param>
    /// <param name="cancellation">Stops between rows; finished decisions stay in the store.</param>
    /// <exception cref="ModelPackException">MPK16xx: the text or the model cannot be calibrated with.</exception>
    public static CalibrationOutcome Run(PackJob job, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        CalibrationRows rows = job.RowsToCalibrateWith(cancellation);
        long done = 0;
        Dictionary<string, long> bytes = job.Source.Architecture.Weights.ToDictionary(weight => weight.Name, job.Source.BytesOf, StringComparer.Ordinal);
        void Finished(string item)
        {
            done += bytes[item];
            progress?.Report(new PackProgress(job.Plan.Name, "calibrate", done, job.Plan.SourceBytes, item));
        }

        progress?.Report(new PackProgress(job.Plan.Name, "calibrate", 0, job.Plan.SourceBytes));
        using var context = new CalibrationContext(job, rows, Finished, cancellation);
        if (job.BudgetUnits is { Count: > 0 } units)
        {
            job.SpreadBits(UnitDamage.Measure(context, units));
        }

        if (job.NeedsImportance)
        {
            job.Importance = InputImportance.Measure(context);
        }

        if (job.TypeUnits is { Count: > 0 } typed)
        {
            job.SpreadTypes(TypeDamage.Measure(context, typed));
        }

        if (!job.NeedsCalibration)
        {
            return new CalibrationOutcome(null, null, rows, [], context.Products.Device);
        }

        GptqParts parts = job.Request.Recipe.GptqParts ?? GptqParts.All;
        bool sweeps = context.Blocks.SelectMany(block => block.Linears).Any(linear => job.StorageOf(linear.Weight) is WeightStorage.Quantized && CalibratedMethods.Sweeps(job.MethodOf(linear.Weight)));
        TargetChoice choice = !sweeps ? new TargetChoice(false, null, null)
            : parts.HasFlag(GptqParts.AutomaticTargets) ? TargetTrial.Choose(context)
            : new TargetChoice(parts.HasFlag(GptqParts.Targets), null, null);
        var plan = new DecisionPlan(context, choice.Targets);
        var decisions = new BlockDecisions(context, plan);
        int first = FirstMissing(context, decisions);
        if (first < context.Blocks.Count)
        {
            Decide(context, plan, decisions, first);
        }

        job.Fold(Folded(context, plan));
        IReadOnlyList<string> warnings = FewTokens.Warnings(job, rows);
        foreach (string warning in warnings)
        {
            job.Request.Warning?.Invoke(CalibrationErrors.FewRows, warning);
        }

        return new CalibrationOutcome(plan, choice, rows, warnings, context.Products.Device);
    }

    private static int FirstMissing(CalibrationContext context, BlockDecisions decisions)
    {
        int first = 0;
        while (first < context.Blocks.Count && decisions.IsStored(first))
        {
            first++;
        }

        return first;
    }

    private static void Decide(CalibrationContext context, DecisionPlan plan, BlockDecisions decisions, int first)
    {
        using var floats = new FloatStream(context);
        using HiddenStates stream = context.Stream("quantized");
        int block = first;
        while (block > 0 && !StateStore.TryRead(context.Store, plan.StreamBefore(block), stream))
        {
            block--;
        }

        if (block == 0)
        {
            context.Embed(stream);
        }

        var quantizer = new BlockQuantizer(context, floats, decisions, plan.Targets, stream.Rows);
        for (; block < context.Blocks.Count; block++)
        {
            quantizer.Run(block, stream);
            decisions.Forget();
            StateStore.Remove(context.Store, plan.StreamBefore(block), stream);
            if (block >= first && block + 1 < context.Blocks.Count)
            {
                StateStore.Write(context.Store, plan.StreamBefore(block + 1), stream);
            }
        }
    }

    private static Dictionary<string, float[]> Folded(CalibrationContext context, DecisionPlan plan)
    {
        var folded = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int index = 0; index < context.Blocks.Count; index++)
        {
            LayerBlock block = context.Blocks[index];
            if (!BlockScaling.Scales(context, block))
            {
                continue;
            }

            // Codes of scaled weights with a norm that is not would be another model.
            BlockScales scales = BlockDecisions.ScalesInStore(context, plan, index) ?? throw new ModelPackException(
                CalibrationErrors.DecisionGone,
                $"The scales of layer {block.Layer} have left {context.Store.Directory} while the model was packed; run again, and raise MODELPACK_CACHE_SIZE if the store is too small for the model.");

            foreach (DecoderWeight vector in scales.Floats(block))
            {
                float[] values = context.Source(vector).ReadAll();
                scales.Fold(block, vector, values);
                folded[vector.Name] = values;
            }
        }

        return folded;
    }
}
