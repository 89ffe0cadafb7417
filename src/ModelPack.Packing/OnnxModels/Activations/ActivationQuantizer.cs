using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Activations.Trials;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>
/// Gives a model 8-bit weights and activations. Every quantized operator is compared with the float one on the same inputs; those beyond
/// their budget stay float, then the worst of the others until the outputs meet the limits.
/// </summary>
internal static class ActivationQuantizer
{
    /// <summary>An operator whose error is larger stays float whatever the outputs say.</summary>
    public const double ErrorBudget = 0.1;

    /// <summary>Rewrites a model.</summary>
    /// <param name="model">The float model; not changed.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="samples">Inputs to measure on, at least one.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not take the float model.</exception>
    public static ActivationOutcome Quantize(OnnxModel model, ActivationSettings settings, IReadOnlyList<SampleInput> samples, CancellationToken cancellation)
    {
        ModelProto proto = model.Proto.Clone();
        GraphChanges.MakeDefaultsConstant(proto.Graph);
        using OnnxModel source = model.With(proto);
        var constants = new ConstantValues(source);
        string prefix = ModelRewriter.Prefix(proto);
        IReadOnlyList<(WeightedOperator Operator, string? Refused)> found = OperatorFinder.Find(GraphIndex.Of(proto), constants);
        var candidates = new List<Candidate>();
        for (int i = 0; i < found.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            candidates.Add(Prepare(source, constants, found[i].Operator, found[i].Refused, $"{prefix}{i}/", settings));
        }

        try
        {
            List<IReadOnlyDictionary<string, SampleTensor>> outputs = Measure(source, candidates, settings, samples, cancellation);
            return Settle(source, candidates, outputs, settings, samples, cancellation);
        }
        finally
        {
            candidates.ForEach(candidate => candidate.Trial?.Dispose());
        }
    }

    private static Candidate Prepare(OnnxModel model, ConstantValues constants, WeightedOperator op, string? refused, string prefix, ActivationSettings settings)
    {
        refused ??= settings.IsKept(op.Weight) ? "Override leaves its weight alone" : null;
        refused ??= op.Node.OpType switch
        {
            "Conv" => "convolutions have no fast form whose ranges are taken while it runs",
            "LSTM" => DynamicLstm.Refused(op, constants),
            _ => null,
        };
        if (refused is not null)
        {
            return new Candidate(op) { Reason = refused };
        }

        OperatorPatch patch = op.Node.OpType == "LSTM" ? DynamicLstm.Patch(op, constants, prefix) : DynamicProduct.Patch(op, constants, prefix);
        (OperatorTrial? trial, string reason) = OperatorTrial.Open(model, op.Scope, patch, op.Output, settings.Threads);
        return new Candidate(op) { Patch = patch, Form = patch.Nodes[0].OpType, Trial = trial, Reason = reason };
    }

    /// <summary>Errors of all operators on all samples; the float model's outputs.</summary>
    private static List<IReadOnlyDictionary<string, SampleTensor>> Measure(
        OnnxModel model, List<Candidate> candidates, ActivationSettings settings, IReadOnlyList<SampleInput> samples, CancellationToken cancellation)
    {
        var outputs = new List<IReadOnlyDictionary<string, SampleTensor>>();
        using ValueProbe probe = ValueProbe.Open(model, candidates.SelectMany(candidate => candidate.Trial?.Needed ?? []), settings.Threads);
        HashSet<string> own = [.. model.Outputs.Select(output => output.Name)];
        foreach (SampleInput sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            (IReadOnlyDictionary<ProbedValue, SampleTensor> values, IReadOnlyDictionary<string, SampleTensor> results) = probe.Run(sample);
            outputs.Add(results.Where(result => own.Contains(result.Key)).ToDictionary());
            foreach (Candidate candidate in candidates.Where(candidate => candidate.IsOpen))
            {
                candidate.Run(values);
            }
        }

        foreach (Candidate candidate in candidates.Where(candidate => candidate.IsOpen))
        {
            candidate.Reason = candidate.Error switch
            {
                null => "no sample reached it",
                > ErrorBudget => "beyond the error budget of an operator",
                _ => string.Empty,
            };
        }

        return outputs;
    }

    private static ActivationOutcome Settle(
        OnnxModel model, List<Candidate> candidates, List<IReadOnlyDictionary<string, SampleTensor>> outputs, ActivationSettings settings, IReadOnlyList<SampleInput> samples, CancellationToken cancellation)
    {
        Candidate[] worstFirst = [.. candidates.Where(candidate => candidate.IsOpen).OrderByDescending(candidate => candidate.Error)];
        OutputAgreement Trial(int inFloat) => Compare(model, Rewrite(model, worstFirst[inFloat..]), outputs, samples, settings, cancellation);
        int fewest = FallBack.Fewest(worstFirst.Length, inFloat => Trial(inFloat).Meets(settings));
        OutputAgreement agreement = fewest == worstFirst.Length ? new OutputAgreement(1, 1) : Trial(fewest);
        foreach (Candidate candidate in worstFirst[..fewest])
        {
            candidate.Reason = "the outputs meet their limits without it only";
        }

        return new ActivationOutcome(
            model.With(Rewrite(model, [.. candidates.Where(candidate => candidate.IsOpen)])), [.. candidates.Select(candidate => candidate.Outcome)], agreement);
    }

    private static ModelProto Rewrite(OnnxModel model, IReadOnlyList<Candidate> chosen) =>
        ModelRewriter.Apply(model.Proto, [.. chosen.Select(candidate => (candidate.Operator, candidate.Patch!))]);

    private static OutputAgreement Compare(
        OnnxModel model, ModelProto changed, List<IReadOnlyDictionary<string, SampleTensor>> outputs, IReadOnlyList<SampleInput> samples, ActivationSettings settings, CancellationToken cancellation)
    {
        var comparison = new OutputComparison();
        using var session = new ValueSession(changed, model.Folder, settings.Threads);
        for (int i = 0; i < samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            SampleTensor?[] results = session.Run(samples[i].Tensors);
            for (int j = 0; j < results.Length; j++)
            {
                if (results[j] is { } actual && outputs[i].TryGetValue(session.Outputs[j], out SampleTensor? expected))
                {
                    comparison.Add(expected, actual);
                }
            }
        }

        return comparison.Agreement;
    }

    private sealed class Candidate(WeightedOperator op)
    {
        public WeightedOperator Operator => op;

        public OperatorPatch? Patch { get; init; }

        public string? Form { get; init; }

        public OperatorTrial? Trial { get; init; }

        public string Reason { get; set; } = string.Empty;

        public double? Error => Trial?.Error;

        public bool IsOpen => Trial is not null && Reason.Length == 0;

        public OperatorOutcome Outcome => new(op.Name, op.Node.OpType, op.Weight, IsOpen ? Form : null, Reason, Error);

        public void Run(IReadOnlyDictionary<ProbedValue, SampleTensor> values)
        {
            try
            {
                Trial!.Run(values);
            }
            catch (OnnxRuntimeException e)
            {
                Reason = $"its quantized form failed ({RuntimeMessage.Of(e)})";
            }
        }
    }
}
