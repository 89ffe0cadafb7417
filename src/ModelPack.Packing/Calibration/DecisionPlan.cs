using System.Globalization;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Calibration;

/// <summary>The key of every decision, known before the first one is taken: each follows from what comes before it. Immutable.</summary>
internal sealed class DecisionPlan
{
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _streams = [];
    private readonly List<string> _scales = [];

    /// <summary>Lists the keys.</summary>
    /// <param name="context">Model and rows.</param>
    /// <param name="targets">Whether targets are used.</param>
    public DecisionPlan(CalibrationContext context, bool targets)
    {
        Targets = targets;
        string chain = context.DecisionKey;
        foreach (LayerBlock block in context.Blocks)
        {
            _streams.Add(CalibrationKeys.OfQuantizedStream(chain));
            if (BlockScaling.Scales(context, block))
            {
                // Scales are found for the whole block before any of it is decided.
                chain = CalibrationKeys.Extend(chain, block.Linears.Select(linear => $"scales {linear.Weight.Name} {Describe(context, linear.Weight)}"));
                _scales.Add(chain);
            }
            else
            {
                _scales.Add(string.Empty);
            }

            foreach (LinearInput input in block.Widening.Concat(block.Narrowing))
            {
                chain = Add(context, chain, input.Linears);
            }
        }
    }

    /// <summary>Whether targets are used.</summary>
    public bool Targets { get; }

    /// <summary>Key of a weight's decision.</summary>
    public string KeyOf(DecoderWeight weight) => _keys[weight.Name];

    /// <summary>Key of a block's scales; empty when it has none.</summary>
    public string ScalesOf(int block) => _scales[block];

    /// <summary>Key of the quantized stream before a block.</summary>
    public string StreamBefore(int block) => _streams[block];

    private string Add(CalibrationContext context, string chain, IReadOnlyList<Linear> consumers)
    {
        var decided = new List<string>();
        foreach (Linear linear in consumers)
        {
            string how = Describe(context, linear.Weight);
            _keys[linear.Weight.Name] = CalibrationKeys.OfDecision(chain, linear.Weight, how);
            decided.Add($"{linear.Weight.Name} {how}");
        }

        return CalibrationKeys.Extend(chain, decided);
    }

    private string Describe(CalibrationContext context, DecoderWeight weight)
    {
        if (context.Job.StorageOf(weight) is not WeightStorage.Quantized { Scheme: var scheme })
        {
            return "float";
        }

        QuantizationMethod method = context.Job.MethodOf(weight);
        string text = string.Create(CultureInfo.InvariantCulture, $"{method} {scheme} {context.Job.Importance?.HashOf(weight)}");
        return CalibratedMethods.Sweeps(method) ? $"{text} {context.Job.Request.Recipe.GptqParts ?? GptqParts.All} targets {Targets}" : text;
    }
}
