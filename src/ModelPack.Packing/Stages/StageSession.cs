using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Stages;

/// <summary>A decoder graph, or a stage of one, opened in ONNX Runtime on the CPU. Owns its session and the weights given to it; dispose it. Not thread-safe.</summary>
internal sealed class StageSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly IReadOnlyList<NativeTensor> _weights;
    private readonly string _output;
    private readonly RunOptions _run = new();

    private StageSession(InferenceSession session, IReadOnlyList<NativeTensor> weights)
    {
        _session = session;
        _weights = weights;
        _output = session.OutputMetadata.ContainsKey(DecoderGraph.Logits) ? DecoderGraph.Logits : DecoderGraph.HiddenOutput;
    }

    /// <summary>Values of one position of the result, hidden size or vocabulary; null when the graph does not say, and so is no decoder.</summary>
    public int? Width => _session.OutputMetadata.TryGetValue(_output, out NodeMetadata? result) && result.Dimensions is [_, _, > 0] ? result.Dimensions[2] : null;

    /// <summary>True when the result is logits.</summary>
    public bool HasLogits => _output == DecoderGraph.Logits;

    /// <summary>Opens a graph.</summary>
    /// <param name="graph">The graph, its external initializers placed.</param>
    /// <param name="options">Settings, to which initializers that are not in a file have been added. Belongs to the caller.</param>
    /// <param name="weights">Values that the session uses; they belong to this object from here on, also when opening fails.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not take the graph.</exception>
    public static StageSession Open(ModelProto graph, SessionOptions options, IReadOnlyList<NativeTensor> weights)
    {
        try
        {
            return new StageSession(new InferenceSession(graph.ToByteArray(), options), weights);
        }
        catch
        {
            StageWeights.Release(weights);
            throw;
        }
    }

    /// <summary>Opens a model file as users do.</summary>
    /// <param name="file">Full path.</param>
    /// <param name="options">Settings. Belongs to the caller.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not take the file.</exception>
    public static StageSession Open(string file, SessionOptions options) => new(new InferenceSession(file, options), []);

    /// <summary>Settings of a session whose threads do not spin between runs.</summary>
    /// <param name="folder">Folder of the external data.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    public static SessionOptions Options(string folder, int threads)
    {
        var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        // Threads that spin between stages would take the machine from everything else a build does.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return options;
    }

    /// <summary>Runs the graph on one sequence, without a past.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="hidden">Hidden states [tokens, hidden] that enter the stage; empty for a stage with the embedding.</param>
    /// <param name="result">[tokens, <see cref="Width"/>], written.</param>
    /// <param name="optional">Values of optional inputs; those that the graph does not have are passed over. They belong to the caller.</param>
    /// <exception cref="NotSupportedException">The graph has an input that no decoder has; the message is its name.</exception>
    public unsafe void Run(long[] ids, float[] hidden, Span<float> result, IReadOnlyDictionary<string, OrtValue>? optional = null)
    {
        long[] shape = [1, ids.Length, Width ?? throw new InvalidOperationException("The graph's result has no fixed width.")];
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, ids.Length * shape[2]);
        var names = new List<string>();
        var values = new List<OrtValue>();
        int owned = int.MaxValue;
        try
        {
            foreach ((string name, NodeMetadata metadata) in _session.InputMetadata)
            {
                names.Add(name);
                values.Add(StageInputs.Create(name, metadata, ids, hidden) ?? throw new NotSupportedException(name));
            }

            owned = values.Count;
            foreach ((string name, OrtValue value) in (optional ?? new Dictionary<string, OrtValue>()).Where(input => _session.OverridableInitializerMetadata.ContainsKey(input.Key)))
            {
                names.Add(name);
                values.Add(value);
            }

            if (_session.OutputMetadata[_output].ElementDataType == TensorElementType.Float16)
            {
                using IDisposableReadOnlyCollection<OrtValue> halves = _session.Run(_run, names, values, [_output]);
                Widening.ToFloat32(ElementType.Float16, MemoryMarshal.AsBytes(halves[0].GetTensorDataAsSpan<Float16>()), result);
                return;
            }

            fixed (float* memory = result)
            {
                // Straight into the caller's memory: logits of a large vocabulary are the largest array there is.
                using OrtValue output = OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)memory, (long)result.Length * sizeof(float));
                _session.Run(_run, names, values, [_output], [output]);
            }
        }
        finally
        {
            values.Take(owned).ToList().ForEach(value => value.Dispose());
        }
    }

    /// <summary>The same with a result of its own.</summary>
    /// <inheritdoc cref="Run(long[], float[], Span{float}, IReadOnlyDictionary{string, OrtValue}?)"/>
    public float[] Run(long[] ids, float[] hidden, IReadOnlyDictionary<string, OrtValue>? optional = null)
    {
        var result = new float[ids.Length * (Width ?? 0)];
        Run(ids, hidden, result, optional);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
        StageWeights.Release(_weights);
    }
}
