using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Verification;

namespace ModelPack.Packing.Evaluation;

/// <summary>A decoder graph in ONNX Runtime on the CPU. Owns its session; dispose it. Not thread-safe.</summary>
public sealed class SessionLogitSource : ILogitSource
{
    private const string ModelFile = "model.onnx";
    private const string PositionIds = "position_ids";
    private const string AccuracyLevel = "accuracy_level";

    private readonly string _name;
    private readonly InferenceSession _session;
    private readonly IReadOnlyList<NativeTensor> _weights;
    private readonly RunOptions _run = new();

    private SessionLogitSource(string name, InferenceSession session, IReadOnlyList<NativeTensor> weights)
    {
        _name = name;
        _session = session;
        _weights = weights;
        VocabularySize = session.OutputMetadata.TryGetValue(DecoderGraph.Logits, out NodeMetadata? logits) && logits.Dimensions is [_, _, > 0]
            ? logits.Dimensions[2]
            : throw NotADecoder($"has no output {DecoderGraph.Logits} of a fixed vocabulary");
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>Opens the model.onnx of a packed folder.</summary>
    /// <param name="folder">Packed folder.</param>
    /// <param name="exact">True: the stored codes with float arithmetic. False: as deployed, with the accuracy level that the file says.</param>
    /// <param name="threads">Cores of the session; 0 means all.</param>
    /// <exception cref="ModelPackException">MPK11xx: not an ONNX file; MPK2023: not a decoder.</exception>
    public static SessionLogitSource OpenPacked(string folder, bool exact, int threads = 0)
    {
        string path = Path.GetFullPath(Path.Combine(folder, ModelFile));
        using SessionOptions options = Options(Path.GetDirectoryName(path)!, threads);
        ModelProto model = OnnxFile.Read(path);
        if (exact)
        {
            ComputeInFloat(model.Graph);
        }

        return Create(path, model, options, []);
    }

    /// <summary>Opens a checkpoint as a float32 graph; its weights are copied into memory as float32.</summary>
    /// <param name="source">The checkpoint; needed until this returns.</param>
    /// <param name="threads">Cores of the session; 0 means all.</param>
    public static SessionLogitSource OpenSource(HuggingFaceSource source, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        DecoderGraphModel graph = DecoderGraph.Build(source.Architecture, new DecoderGraphOptions(), _ => new WeightStorage.Float32());
        using SessionOptions options = Options(source.Folder, threads);
        IReadOnlyList<NativeTensor> weights = StageWeights.Add(graph, weight => new CheckpointRows(weight, source.Checkpoint), options, threads > 0 ? threads : Environment.ProcessorCount);
        return Create(source.Folder, graph.Model, options, weights);
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<int> window, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, window.Length * VocabularySize);
        long[] ids = new long[window.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = window[i];
        }

        var names = new List<string>();
        var values = new List<OrtValue>();
        try
        {
            foreach ((string name, NodeMetadata metadata) in _session.InputMetadata)
            {
                names.Add(name);
                values.Add(Input(name, metadata, ids));
            }

            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, names, values, [DecoderGraph.Logits]);
            Copy(results[0], logits);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
        foreach (NativeTensor weight in _weights)
        {
            weight.Dispose();
        }
    }

    private static SessionLogitSource Create(string name, ModelProto model, SessionOptions options, IReadOnlyList<NativeTensor> weights)
    {
        try
        {
            return new SessionLogitSource(name, new InferenceSession(model.ToByteArray(), options), weights);
        }
        catch (Exception exception)
        {
            foreach (NativeTensor weight in weights)
            {
                weight.Dispose();
            }

            if (exception is OnnxRuntimeException)
            {
                throw new ModelPackException(EvaluationErrors.NotADecoder, $"{name} cannot be opened in ONNX Runtime ({exception.Message.ReplaceLineEndings(" ")}); pack it again.", exception);
            }

            throw;
        }
    }

    private static SessionOptions Options(string folder, int threads)
    {
        var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return options;
    }

    private static void ComputeInFloat(GraphProto graph)
    {
        foreach (AttributeProto attribute in graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.Name == AccuracyLevel))
        {
            attribute.I = 0;
        }
    }

    private static void Copy(OrtValue value, Span<float> logits)
    {
        if (value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16)
        {
            Widening.ToFloat32(ElementType.Float16, System.Runtime.InteropServices.MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<Float16>()), logits);
        }
        else
        {
            value.GetTensorDataAsSpan<float>().CopyTo(logits);
        }
    }

    private OrtValue Input(string name, NodeMetadata metadata, long[] ids)
    {
        long[] shape = [1, ids.Length];
        return name switch
        {
            DecoderGraph.InputIds => OrtValue.CreateTensorValueFromMemory(ids, shape),
            DecoderGraph.AttentionMask => OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, ids.Length).ToArray(), shape),
            PositionIds => OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, ids.Length).Select(i => (long)i).ToArray(), shape),
            _ => EmptyPast(name, metadata),
        };
    }

    private OrtValue EmptyPast(string name, NodeMetadata metadata)
    {
        if (metadata.Dimensions is not [_, > 0, _, > 0])
        {
            throw NotADecoder($"has an input {name} that is no past of a decoder");
        }

        long[] shape = [1, metadata.Dimensions[1], 0, metadata.Dimensions[3]];
        return metadata.ElementDataType == TensorElementType.Float16
            ? OrtValue.CreateTensorValueFromMemory(Array.Empty<Float16>(), shape)
            : OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), shape);
    }

    private ModelPackException NotADecoder(string why) =>
        new(EvaluationErrors.NotADecoder, $"{_name} {why}; only decoders with a key-value cache can be evaluated.");
}
