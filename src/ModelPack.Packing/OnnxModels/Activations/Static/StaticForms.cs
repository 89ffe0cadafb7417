using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>Ranges of activations are fixed from samples; recurrent layers take theirs while they run.</summary>
/// <param name="model">The float model.</param>
/// <param name="root">Its graphs, those that the operators were found in.</param>
/// <param name="constants">Its values.</param>
/// <param name="prefix">Beginning of new names.</param>
/// <param name="settings">What is asked for.</param>
internal sealed class StaticForms(OnnxModel model, GraphIndex root, ConstantValues constants, string prefix, ActivationSettings settings) : QuantizedForms
{
    // An expected error of an operator below which an operation on its activations costs more than it brings.
    private const double WorthSmoothing = 0.02;

    private const int FewestChannels = 4;

    // Expected squared error with smoothing against that without.
    private const double LeastGain = 0.5;

    private readonly GraphIndex[] _graphs = [.. root.All];
    private readonly StaticRewriter _rewriter = new(model, root, constants, prefix + "fixed/");
    private readonly Dictionary<ProbedValue, ActivationHistogram> _histograms = [];

    /// <inheritdoc/>
    public override void Prepare(IReadOnlyList<Candidate> candidates, SampleRuns runs)
    {
        var dynamic = new DynamicForms(model, constants, prefix, settings.Threads);
        foreach (Candidate candidate in candidates.Where(candidate => candidate.IsOpen && candidate.Operator.Node.OpType == "LSTM"))
        {
            dynamic.Prepare(candidate);
        }

        foreach (Candidate candidate in candidates.Where(candidate => candidate.IsOpen && IsSlow(candidate.Operator)))
        {
            candidate.Reason = "with so few input channels the integer convolution is slower than the float one";
        }

        Candidate[] withRanges = [.. candidates.Where(candidate => candidate.IsOpen && candidate.Patch is null)];
        Dictionary<Candidate, ChannelStatistics> channels = Observe(withRanges, runs);
        foreach (Candidate candidate in withRanges)
        {
            candidate.Form = StaticOperator.FormOf(candidate.Operator);
            candidate.Reason = Problem(PlaceOf(candidate.Operator, candidate.Operator.Input)) ?? Problem(PlaceOf(candidate.Operator, candidate.Operator.Result)) ?? string.Empty;
        }

        withRanges = [.. withRanges.Where(candidate => candidate.IsOpen)];
        foreach (Candidate candidate in withRanges.Where(channels.ContainsKey))
        {
            Smooth(candidate, channels[candidate]);
        }

        Correct(withRanges, runs);
        foreach (Candidate candidate in withRanges.Where(candidate => candidate.IsOpen))
        {
            WeightedOperator op = candidate.Operator;
            AffineScale? result = StaticOperator.QuantizesResult(op) ? ScaleOf(op, op.Result) : null;
            candidate.Try(model, _rewriter.Whole(candidate.Choice, ScaleOf(op, op.Input), result, prefix + "whole/"), op.Result, settings.Threads);
        }
    }

    /// <inheritdoc/>
    public override ModelProto Rewrite(IReadOnlyList<Candidate> chosen) => _rewriter.Apply(
        [.. chosen.Where(candidate => candidate.Patch is null).Select(candidate => candidate.Choice)],
        [.. chosen.Where(candidate => candidate.Patch is not null).Select(candidate => (candidate.Operator, candidate.Patch!))],
        RangeOf);

    private Dictionary<Candidate, ChannelStatistics> Observe(Candidate[] candidates, SampleRuns runs)
    {
        // Results that only some choice of operators quantizes are observed too: the choice comes later.
        ProbedValue[] values = [.. _rewriter.Values(candidates.Select(candidate => candidate.Choice)).All.Concat(candidates.Select(candidate => PlaceOf(candidate.Operator, candidate.Operator.Result))).Distinct()];
        foreach (ProbedValue value in values)
        {
            _histograms[value] = new ActivationHistogram();
        }

        Dictionary<Candidate, ChannelStatistics> channels = candidates
            .Where(candidate => candidate.Operator.Node.Int("group", 1) == 1)
            .ToDictionary(candidate => candidate, candidate => new ChannelStatistics(InputChannels(candidate.Operator)));
        runs.Probe(values, seen =>
        {
            Dictionary<ProbedValue, float[]> floats = seen.ToDictionary(pair => pair.Key, pair => pair.Value.ToFloats());
            foreach ((ProbedValue value, float[] numbers) in floats)
            {
                _histograms[value].Add(numbers);
            }

            foreach ((Candidate candidate, ChannelStatistics statistics) in channels)
            {
                ProbedValue input = PlaceOf(candidate.Operator, candidate.Operator.Input);
                if (floats.TryGetValue(input, out float[]? numbers))
                {
                    statistics.Add(numbers, candidate.Operator.Node.OpType == "Conv" ? Inner(seen[input].Shape) : 1);
                }
            }
        });
        return channels;
    }

    private int InputChannels(WeightedOperator op) => op.Node.OpType == "Conv"
        ? (int)constants.Floats(op.Scope, op.Node.Input[1])!.Value.Dims[1]
        : ColumnWeights.Of(op, constants).Inputs;

    /// <summary>Divides activations by factors of their channels where their ranges differ so much that codes for all of them are too coarse.</summary>
    private void Smooth(Candidate candidate, ChannelStatistics statistics)
    {
        WeightedOperator op = candidate.Operator;
        (int outputs, int inputs, float[] weights) = OutputsFirst(op);
        if (SmoothingChoice.Choose(weights, outputs, inputs, statistics, WorthSmoothing * WorthSmoothing, LeastGain) is { } factors)
        {
            candidate.Choice = candidate.Choice with { Smoothed = new SmoothedInput(factors, AffineScale.Of(statistics.RangeOver(factors), CodeSpan.UInt8)) };
        }
    }

    private (int Outputs, int Inputs, float[] Weights) OutputsFirst(WeightedOperator op)
    {
        if (op.Node.OpType == "Conv")
        {
            (long[] dims, float[] values) = constants.Floats(op.Scope, op.Node.Input[1])!.Value;
            return ((int)dims[0], (int)dims[1], values);
        }

        ColumnWeights columns = ColumnWeights.Of(op, constants);
        var weights = new float[columns.Values.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[(i % columns.Outputs * columns.Inputs) + (i / columns.Outputs)] = columns.Values[i];
        }

        return (columns.Outputs, columns.Inputs, weights);
    }

    private static int Inner(IReadOnlyList<long> shape) => (int)shape.Skip(2).Aggregate(1L, (product, dim) => product * dim);

    /// <summary>The mean error of each output channel goes into the bias, where that makes the operator better.</summary>
    private void Correct(Candidate[] candidates, SampleRuns runs)
    {
        var corrections = new Dictionary<Candidate, BiasCorrection>();
        foreach (Candidate candidate in candidates.Where(candidate => candidate.Operator.Bias is not null))
        {
            WeightedOperator op = candidate.Operator;
            candidate.Try(model, _rewriter.Product(candidate.Choice, ScaleOf(op, op.Input), prefix + "product/"), op.Output, settings.Threads);
            if (candidate.IsOpen)
            {
                corrections[candidate] = new BiasCorrection(op.Bias!.Length);
            }
        }

        runs.Probe(corrections.Keys.SelectMany(candidate => candidate.Trial!.Needed), seen =>
        {
            foreach ((Candidate candidate, BiasCorrection correction) in corrections)
            {
                if (candidate.Run(seen) is { } run)
                {
                    bool channelsFirst = candidate.Operator.Node.OpType == "Conv";
                    correction.Add(run.Expected, run.Actual, channelsFirst ? Inner(run.Shape) : 1);
                }
            }
        });

        foreach ((Candidate candidate, BiasCorrection correction) in corrections)
        {
            candidate.Choice = candidate.Choice with { Correction = correction.Corrections() };
        }
    }

    // Measured: 3 channels of 240 x 320 pixels take three times as long in integers, which work on rows of channels.
    private bool IsSlow(WeightedOperator op) => op.Node.OpType == "Conv" && op.Node.Int("group", 1) == 1 && InputChannels(op) < FewestChannels;

    private string? Problem(ProbedValue value) => _histograms[value] switch
    {
        { Count: 0 } => "no sample reached it",
        { NonFinite: > 0 } => $"'{value.Name}' is not finite on the samples",
        _ => null,
    };

    private ActivationRange RangeOf(ProbedValue value) => ActivationRanges.Of(settings.Range, _histograms[value], CodeSpan.UInt8);

    private AffineScale ScaleOf(WeightedOperator op, string value) => AffineScale.Of(RangeOf(PlaceOf(op, value)), CodeSpan.UInt8);

    private ProbedValue PlaceOf(WeightedOperator op, string value) => QuantizedValues.Place(_graphs, op.Scope, value);
}
