using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>The samples, and the float model's outputs for them. Not thread-safe.</summary>
/// <param name="model">The float model.</param>
/// <param name="samples">Its inputs, at least one.</param>
/// <param name="threads">Cores; 0 means all.</param>
/// <param name="cancellation">Stops between samples.</param>
internal sealed class SampleRuns(OnnxModel model, IReadOnlyList<SampleInput> samples, int threads, CancellationToken cancellation)
{
    private readonly HashSet<string> _outputs = [.. model.Outputs.Select(output => output.Name)];
    private readonly Dictionary<SampleInput, IReadOnlyDictionary<string, SampleTensor>> _expected = new(ReferenceEqualityComparer.Instance);

    /// <summary>Runs all samples with values of the inside led out.</summary>
    public void Probe(IEnumerable<ProbedValue> values, Action<IReadOnlyDictionary<ProbedValue, SampleTensor>> seen)
    {
        using ValueProbe probe = ValueProbe.Open(model, values, threads);
        foreach (SampleInput sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            (IReadOnlyDictionary<ProbedValue, SampleTensor> found, IReadOnlyDictionary<string, SampleTensor> outputs) = probe.Run(sample);
            _expected.TryAdd(sample, outputs.Where(output => _outputs.Contains(output.Key)).ToDictionary());
            seen(found);
        }
    }

    /// <summary>Compares a changed model's outputs with those of the float model, which has been probed.</summary>
    public OutputAgreement Compare(ModelProto changed)
    {
        var comparison = new Running.OutputAgreement([.. model.Outputs.Select(output => output.Name)]);
        using var session = new ValueSession(changed, model.Folder, threads);
        foreach (SampleInput sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            SampleTensor?[] results = session.Run(sample.Tensors);
            comparison.Add(_expected[sample], session.Outputs.Zip(results).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!));
        }

        // As the gate will see it.
        var measured = new ManifestAgreement(string.Empty, comparison.Samples, comparison.Describe());
        return new OutputAgreement(comparison.NotFinite is null ? measured.Cosine ?? 1 : 0, measured.TopAgreement);
    }
}
