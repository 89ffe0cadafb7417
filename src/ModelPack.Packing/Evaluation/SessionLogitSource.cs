using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Evaluation;

/// <summary>A whole decoder in ONNX Runtime on the CPU. Owns its session; dispose it. Not thread-safe.</summary>
public sealed class SessionLogitSource : ILogitSource
{
    private const string ModelFile = "model.onnx";
    private const string AccuracyLevel = "accuracy_level";

    private readonly string _name;
    private readonly StageSession _session;

    private SessionLogitSource(string name, StageSession session)
    {
        _name = name;
        _session = session;
    }

    /// <inheritdoc/>
    public int VocabularySize => _session.Width ?? 0;

    /// <summary>Opens the model.onnx of a packed folder.</summary>
    /// <param name="folder">Packed folder.</param>
    /// <param name="exact">True: the stored codes with float arithmetic. False: as deployed, with the accuracy level that the file says.</param>
    /// <param name="threads">Cores of the session; 0 means all.</param>
    /// <exception cref="ModelPackException">MPK11xx: not an ONNX file; MPK2023: not a decoder.</exception>
    public static SessionLogitSource OpenPacked(string folder, bool exact, int threads = 0)
    {
        string path = Path.GetFullPath(Path.Combine(folder, ModelFile));
        using SessionOptions options = StageSession.Options(Path.GetDirectoryName(path)!, threads);
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
    public static SessionLogitSource OpenSource(ModelSource source, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        return OpenFloat(source.Architecture, source.Rows, source.Folder, source.Location, threads);
    }

    /// <summary>Opens any weights of a decoder as a float32 graph; they are copied into memory as float32.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="rows">Gives the values of a weight.</param>
    /// <param name="folder">Folder of the source.</param>
    /// <param name="name">What errors call the model.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    internal static SessionLogitSource OpenFloat(DecoderArchitecture architecture, Func<DecoderWeight, IWeightRows> rows, string folder, string name, int threads)
    {
        DecoderGraphModel graph = DecoderGraph.Build(architecture, new DecoderGraphOptions(), _ => new WeightStorage.Float32());
        using SessionOptions options = StageSession.Options(folder, threads);
        IReadOnlyList<NativeTensor> weights = StageWeights.Add(graph, rows, options, threads > 0 ? threads : Environment.ProcessorCount);
        return Create(name, graph.Model, options, weights);
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<int> window, Span<float> logits)
    {
        long[] ids = new long[window.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = window[i];
        }

        try
        {
            _session.Run(ids, [], logits);
        }
        catch (NotSupportedException e)
        {
            throw NotADecoder(_name, $"has an input {e.Message} that is no past of a decoder");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static SessionLogitSource Create(string name, ModelProto model, SessionOptions options, IReadOnlyList<NativeTensor> weights)
    {
        StageSession session;
        try
        {
            session = StageSession.Open(model, options, weights);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelPackException(EvaluationErrors.NotADecoder, $"{name} cannot be opened in ONNX Runtime ({exception.Message.ReplaceLineEndings(" ")}); pack it again.", exception);
        }

        if (session is { HasLogits: true, Width: not null })
        {
            return new SessionLogitSource(name, session);
        }

        session.Dispose();
        throw NotADecoder(name, $"has no output {DecoderGraph.Logits} of a fixed vocabulary");
    }

    // Only products with int8 activations know a level; tables are read in floating point whatever the level.
    private static void ComputeInFloat(GraphProto graph)
    {
        foreach (AttributeProto attribute in graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.Name == AccuracyLevel))
        {
            attribute.I = 0;
        }
    }

    private static ModelPackException NotADecoder(string name, string why) =>
        new(EvaluationErrors.NotADecoder, $"{name} {why}; only decoders with a key-value cache can be evaluated.");
}
