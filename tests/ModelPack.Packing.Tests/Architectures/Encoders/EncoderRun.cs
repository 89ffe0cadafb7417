using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Architectures.Encoders.Graphs;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>Runs an encoder graph in ONNX Runtime.</summary>
internal sealed class EncoderRun : IDisposable
{
    private readonly InferenceSession _session;

    public EncoderRun(string model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    public IReadOnlyList<string> Inputs => _session.InputNames;

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>All outputs by name.</summary>
    public Dictionary<string, float[]> Run(long[] ids, long[] mask, long[]? types, long rows)
    {
        long[] shape = [rows, ids.Length / rows];
        var inputs = new Dictionary<string, long[]> { [EncoderGraph.InputIds] = ids, [EncoderGraph.AttentionMask] = mask };
        if (_session.InputNames.Contains(EncoderGraph.TokenTypeIds))
        {
            inputs[EncoderGraph.TokenTypeIds] = types ?? new long[ids.Length];
        }

        Dictionary<string, OrtValue> values = inputs.ToDictionary(input => input.Key, input => OrtValue.CreateTensorValueFromMemory(input.Value, shape));
        using var runOptions = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(runOptions, values, _session.OutputNames);
        foreach (OrtValue value in values.Values)
        {
            value.Dispose();
        }

        return _session.OutputNames.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
    }

    public void Dispose() => _session.Dispose();
}
