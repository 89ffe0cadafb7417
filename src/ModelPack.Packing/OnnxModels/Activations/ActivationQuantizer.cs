using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Static;
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
    public const double ErrorBudget = 0.3;

    // QLinearConv and QLinearMatMul.
    private const long FirstWithIntegers = 10;

    /// <summary>Rewrites a model.</summary>
    /// <param name="model">The float model; not changed.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="samples">Inputs to measure on, at least one.</param>
    /// <param name="cancellation">Stops between samples and between weights.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not take the float model or the samples.</exception>
    public static ActivationOutcome Quantize(OnnxModel model, ActivationSettings settings, IReadOnlyList<SampleInput> samples, CancellationToken cancellation)
    {
        ModelProto proto = model.Proto.Clone();
        GraphChanges.MakeDefaultsConstant(proto.Graph);
        long version = model.OperatorSet(string.Empty);
        string? old = settings.IsStatic ? OperatorSetUpgrade.Raise(proto) : null;
        using OnnxModel source = model.With(proto);
        GraphIndex root = GraphIndex.Of(proto);
        var constants = new ConstantValues(source);
        var runs = new SampleRuns(source, samples, settings.Threads, cancellation);
        string prefix = ModelRewriter.Prefix(proto);
        QuantizedForms forms = settings.IsStatic ? new StaticForms(source, root, constants, prefix, settings) : new DynamicForms(source, constants, prefix, settings.Threads);
        Candidate[] candidates =
        [
            .. OperatorFinder.Find(root, constants).Select(found => new Candidate(found.Operator)
            {
                Reason = found.Refused ?? (old is not null && source.OperatorSet(string.Empty) < FirstWithIntegers ? old : null) ?? (settings.IsKept(found.Operator.Weight) ? "Override leaves its weight alone" : string.Empty),
            }),
        ];
        try
        {
            forms.Prepare(candidates, runs);
            Measure(candidates, runs);
            string[] changes = source.OperatorSet(string.Empty) == version ? [] : [$"operator set {version} became {source.OperatorSet(string.Empty)}, whose operators mean the same, for integer kernels"];
            return Settle(model, forms, candidates, runs, settings) with { Changes = changes };
        }
        finally
        {
            Array.ForEach(candidates, candidate => candidate.Dispose());
        }
    }

    private static void Measure(Candidate[] candidates, SampleRuns runs)
    {
        Candidate[] open = [.. candidates.Where(candidate => candidate.IsOpen)];
        runs.Probe(open.SelectMany(candidate => candidate.Trial!.Needed), seen =>
        {
            foreach (Candidate candidate in open.Where(candidate => candidate.IsOpen))
            {
                candidate.Run(seen);
            }
        });

        foreach (Candidate candidate in open.Where(candidate => candidate.IsOpen))
        {
            candidate.Reason = candidate.Error switch
            {
                null => "no sample reached it",
                > ErrorBudget => "beyond the error budget of an operator",
                _ => string.Empty,
            };
        }
    }

    private static ActivationOutcome Settle(OnnxModel model, QuantizedForms forms, Candidate[] candidates, SampleRuns runs, ActivationSettings settings)
    {
        Candidate[] worstFirst = [.. candidates.Where(candidate => candidate.IsOpen).OrderByDescending(candidate => candidate.Error)];
        var trials = new Dictionary<int, OutputAgreement>();
        int fewest = FallBack.Fewest(worstFirst.Length, inFloat => (trials[inFloat] = runs.Compare(forms.Rewrite(worstFirst[inFloat..]))).Meets(settings));
        foreach (Candidate candidate in worstFirst[..fewest])
        {
            candidate.Reason = "only so do the outputs meet their limits";
        }

        return new ActivationOutcome(
            model.With(forms.Rewrite([.. candidates.Where(candidate => candidate.IsOpen)])),
            [.. candidates.Select(candidate => candidate.Outcome)],
            trials.GetValueOrDefault(fewest, new OutputAgreement(1, null)),
            []);
    }
}
