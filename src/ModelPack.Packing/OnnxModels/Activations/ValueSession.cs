using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>A model in memory opened on the CPU; all its outputs are copied out. Dispose it. Not thread-safe.</summary>
internal sealed class ValueSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <summary>Opens a model.</summary>
    /// <param name="model">The model; its external values lie in <paramref name="folder"/>.</param>
    /// <param name="folder">Full path.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not take the model.</exception>
    public ValueSession(ModelProto model, string folder, int threads)
    {
        using SessionOptions options = StageSession.Options(folder, threads);
        _session = new InferenceSession(model.ToByteArray(), options);
        Outputs = [.. _session.OutputNames];
    }

    /// <summary>Names of the results, in order.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Runs the model; results in the order of <see cref="Outputs"/>, null for what is no tensor.</summary>
    /// <param name="inputs">Values by input name; more than the model takes will do.</param>
    /// <exception cref="OnnxRuntimeException">An operator failed on these values.</exception>
    public SampleTensor?[] Run(IReadOnlyDictionary<string, SampleTensor> inputs)
    {
        string[] names = [.. _session.InputNames];
        OrtValue[] values = Array.ConvertAll(names, name => inputs[name].ToOrtValue());
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, names, values, Outputs);
            return [.. results.Select(SampleTensor.Of)];
        }
        finally
        {
            Array.ForEach(values, value => value.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
