using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Stages;
using ModelPack.Quantization;
using ModelPack.Quantization.Awq;
using ModelPack.Quantization.Gptq;

namespace ModelPack.Packing.Calibration;

/// <summary>Decides weights by GPTQ and keeps the decisions, in memory for the block at hand and, given a plan, in the store.</summary>
/// <param name="context">Model and rows.</param>
/// <param name="plan">Keys of the decisions; null: they are only tried and not kept.</param>
internal sealed class BlockDecisions(CalibrationContext context, DecisionPlan? plan)
{
    private readonly Dictionary<string, QuantizationOutcome> _outcomes = new(StringComparer.Ordinal);

    // A trial compares two ways to quantize; what polishes both alike is left out of it.
    private readonly GptqOptions _options = OptionsOf(context.Job.Request.Recipe.GptqParts ?? GptqParts.All) with { Rounds = plan is null ? 0 : new GptqOptions().Rounds };

    // Of the block at hand.
    private BlockScales _scales = BlockScales.None;
    private LayerBlock? _block;

    /// <summary>Forgets the decisions in memory; those in the store are found again.</summary>
    public void Forget() => _outcomes.Clear();

    /// <summary>True when the store has everything about a block; what it has may still turn out to be damaged.</summary>
    public bool IsStored(int index) =>
        plan is not null
        && context.Blocks[index].Linears.All(linear => !NeedsInputs(linear.Weight) || context.Store.HasTensor(plan.KeyOf(linear.Weight)))
        && (!BlockScaling.Scales(context, context.Blocks[index]) || ScalesInStore(context, plan, index) is not null);

    /// <summary>Called before anything of a block is decided, with the quantized stream before it.</summary>
    /// <param name="index">Index of the block.</param>
    /// <param name="block">The block.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="measured">Rows that may be measured.</param>
    public void Begin(int index, LayerBlock block, HiddenStates stream, int measured)
    {
        _block = block;
        _scales = BlockScales.None;
        if (!BlockScaling.Scales(context, block))
        {
            return;
        }

        BlockScales? known = plan is null ? null : ScalesInStore(context, plan, index);
        _scales = known ?? BlockScaling.Search(context, block, stream, measured);
        if (plan is not null && known is null)
        {
            _scales.Write(context.Store, plan.ScalesOf(index));
        }
    }

    /// <summary>A block's scales in the store; null when they are not there.</summary>
    public static BlockScales? ScalesInStore(CalibrationContext context, DecisionPlan plan, int index)
    {
        LayerBlock block = context.Blocks[index];
        (bool input, bool[] pairs) = BlockScaling.Of(context, block);
        return BlockScales.TryRead(
            context.Store,
            plan.ScalesOf(index),
            input ? context.Architecture.HiddenSize : 0,
            [.. block.Pairs.Zip(pairs, (pair, scales) => scales ? (pair.Consumer.Weight.Columns, pair.Producer.Weight.Rows) : (0, 0))]);
    }

    /// <summary>True when nothing has to be measured for a weight: it stays a float, needs no input, or was decided before.</summary>
    public bool IsDecided(Linear linear) => !NeedsInputs(linear.Weight) || Find(linear.Weight) is not null;

    /// <summary>Decides the linear layers that read one input, as far as they have not been decided.</summary>
    /// <param name="consumers">The linear layers.</param>
    /// <param name="hessian">2/T sum of x x^T; handed over.</param>
    /// <param name="tokens">Tokens it was summed over.</param>
    /// <param name="shift">Gives 2/T sum of d x^T [rows, columns] for a layer and its weights, d being the outputs' missing part; null: no targets.</param>
    public void Decide(IReadOnlyList<Linear> consumers, float[] hessian, long tokens, Func<Linear, float[], float[]?> shift)
    {
        int columns = consumers[0].Weight.Columns;
        GptqInput? input = null;
        // The sweep takes the hessian over, so it comes last.
        foreach (Linear linear in consumers.Where(linear => !IsDecided(linear)).OrderBy(linear => CalibratedMethods.Sweeps(context.Job.MethodOf(linear.Weight))))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            DecoderWeight weight = linear.Weight;
            QuantizationScheme scheme = ((WeightStorage.Quantized)context.Job.StorageOf(weight)).Scheme;
            float[] values = FloatRows(weight).ReadAll();
            if (tokens == 0)
            {
                // An expert that no token was sent to: nothing is known about its inputs.
                Keep(weight, Rounded(weight, values, values, scheme));
                continue;
            }

            if (!CalibratedMethods.Sweeps(context.Job.MethodOf(weight)))
            {
                Keep(weight, Clipped(weight, values, hessian, scheme));
                continue;
            }

            float[]? targets = shift(linear, values);
            GptqInput known = input ??= context.Steps.Run(
                CalibrationSteps.Factors, () => GptqInput.Prepare(hessian, columns, tokens, _options, context.Threads, context.Products.Products));
            GptqResult result = context.Steps.Run(
                $"{CalibrationSteps.Codes} [{weight.Rows}, {columns}]",
                () => GptqQuantizer.Quantize((float[])values.Clone(), weight.Rows, targets, known, scheme, _options, context.Threads));
            Keep(weight, Outcome(values, result));
        }
    }

    /// <summary>The values a weight has once it is decided; the float values of what stays a float.</summary>
    public IWeightRows Rows(DecoderWeight weight)
    {
        if (context.Job.StorageOf(weight) is not WeightStorage.Quantized { Scheme: var scheme })
        {
            return FloatRows(weight);
        }

        QuantizationOutcome outcome = Find(weight)
            ?? (NeedsInputs(weight) ? throw new InvalidOperationException($"{weight.Name} has not been decided.") : PlainMatrices.FindOrDecide(context.Job, weight, scheme, context.Cancellation));
        _outcomes[weight.Name] = outcome;
        return new MatrixRows(weight, outcome.Matrix);
    }

    /// <summary>The float values that a weight is decided from, and a norm's factors: the checkpoint's, or those with scales folded in.</summary>
    public IWeightRows FloatRows(DecoderWeight weight)
    {
        IWeightRows source = context.Source(weight);
        if (ReferenceEquals(_scales, BlockScales.None))
        {
            return source;
        }

        float[] values = source.ReadAll();
        _scales.Fold(_block!, weight, values);
        return new ArrayRows(weight, values);
    }

    /// <summary>What the parts of a recipe mean.</summary>
    public static GptqOptions OptionsOf(GptqParts parts) => new()
    {
        ActivationOrder = parts.HasFlag(GptqParts.Order),
        Scales = parts.HasFlag(GptqParts.Search) ? ScaleRule.RoundToNearest : ScaleRule.Range,
        Descent = parts.HasFlag(GptqParts.Descent),
        Refit = parts.HasFlag(GptqParts.Refit),
    };

    private bool NeedsInputs(DecoderWeight weight) =>
        context.Job.StorageOf(weight) is WeightStorage.Quantized && CalibratedMethods.UsesInputs(context.Job.MethodOf(weight));

    private QuantizationOutcome? Find(DecoderWeight weight)
    {
        if (_outcomes.TryGetValue(weight.Name, out QuantizationOutcome? known))
        {
            return known;
        }

        if (plan is null || !NeedsInputs(weight) || context.Job.StorageOf(weight) is not WeightStorage.Quantized { Scheme: var scheme })
        {
            return null;
        }

        QuantizationOutcome? stored = MatrixCache.TryRead(context.Store, plan.KeyOf(weight), scheme, weight);
        if (stored is not null)
        {
            _outcomes[weight.Name] = stored;
        }

        return stored;
    }

    private void Keep(DecoderWeight weight, QuantizationOutcome outcome)
    {
        _outcomes[weight.Name] = outcome;
        if (plan is not null)
        {
            MatrixCache.Write(context.Store, plan.KeyOf(weight), outcome);
            context.Report(weight.Name);
        }
    }

    /// <summary>Round-to-nearest within bounds; queries and keys are left as they are, whose errors the softmax multiplies, and so are 2-bit weights.</summary>
    private QuantizationOutcome Clipped(DecoderWeight weight, float[] values, float[] hessian, QuantizationScheme scheme)
    {
        float[] bounded = (float[])values.Clone();
        // Bounds of least squared error shorten the weights, and at 2 bits that costs more than they gain (docs/measurements.md).
        if (scheme.Bits > 2 && weight.Role is not (WeightRole.Query or WeightRole.Key))
        {
            var bounds = new float[(long)weight.Rows * scheme.GroupsPerRow(weight.Columns)];
            AwqClip.Search(values, hessian, weight.Columns, scheme.GroupSize, RowRoundings.Searched(scheme), bounds, context.Threads);
            AwqClip.Apply(bounded, weight.Columns, scheme.GroupSize, bounds);
        }

        return Rounded(weight, bounded, values, scheme);
    }

    private QuantizationOutcome Rounded(DecoderWeight weight, float[] bounded, float[] values, QuantizationScheme scheme)
    {
        QuantizedMatrix matrix = MatrixQuantizer.Quantize(
            new ArrayRows(weight, bounded), scheme, QuantizationMethod.RoundToNearest, default, context.Parallel).Matrix;
        (double weightNorm, double errorNorm) = SquaredNorms.Of(values, Dequantization.Dequantize(matrix));
        return new QuantizationOutcome(matrix, weightNorm, errorNorm);
    }

    private static QuantizationOutcome Outcome(float[] values, GptqResult result)
    {
        QuantizedMatrix matrix = result.Matrix.Pack();
        (double weightNorm, double errorNorm) = SquaredNorms.Of(values, Dequantization.Dequantize(matrix));
        return new QuantizationOutcome(matrix, weightNorm, errorNorm)
        {
            Calibrated = new CalibratedError(result.Error, result.RoundToNearestError, result.KeptRoundToNearest, result.Damping),
        };
    }
}
