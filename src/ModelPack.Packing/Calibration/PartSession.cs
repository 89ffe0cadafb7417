using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>A part of a decoder with float32 weights in ONNX Runtime. A row runs on the core that asks for it; several may at once. Owns its weights; dispose it.</summary>
internal sealed class PartSession : IDisposable
{
    private const long LargestInArena = 16L << 20;

    private readonly IReadOnlyList<NativeTensor> _weights;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _output;

    private PartSession(InferenceSession session, IReadOnlyList<NativeTensor> weights)
    {
        _session = session;
        _weights = weights;
        _output = session.OutputMetadata.Keys.First(name => name is LayerPartGraph.Output or DecoderGraph.HiddenOutput or DecoderGraph.Logits);
    }

    /// <summary>Opens a part of one layer.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="part">The part.</param>
    /// <param name="rows">Values of a weight.</param>
    /// <param name="threads">Cores to read the weights with.</param>
    public static PartSession Open(DecoderArchitecture architecture, int layer, LayerPart part, Func<DecoderWeight, IWeightRows> rows, int threads) =>
        Open(LayerPartGraph.Build(architecture, layer, part, _ => new WeightStorage.Float32()), rows, threads);

    /// <summary>Opens any graph of the decoder whose weights are all float32.</summary>
    public static PartSession Open(DecoderGraphModel graph, Func<DecoderWeight, IWeightRows> rows, int threads)
    {
        using SessionOptions options = StageSession.Options(Path.GetTempPath(), threads: 1);
        IReadOnlyList<NativeTensor> weights = StageWeights.Add(graph, rows, options, threads);
        // Without an arena every row's activations are new pages of the system, which cost a small model more than its arithmetic does. Large ones would
        // keep twice what they need.
        options.EnableCpuMemArena = graph.Tensors.Sum(tensor => tensor.ByteLength) <= LargestInArena;
        try
        {
            return new PartSession(new InferenceSession(graph.Model.ToByteArray(), options), weights);
        }
        catch
        {
            StageWeights.Release(weights);
            throw;
        }
    }

    /// <summary>Runs the part on one row.</summary>
    /// <param name="x">[tokens, width] that enters.</param>
    /// <param name="y">[tokens, width] that leaves, written; may be the place of <paramref name="stream"/>.</param>
    /// <param name="stream">[tokens, hidden] that a part ending with an addition adds to.</param>
    public void Run(RowTensor x, RowTensor y, RowTensor? stream = null) => Run([(LayerPartGraph.Input, x), (DecoderGraph.HiddenInput, x), (LayerPartGraph.Stream, stream)], y);

    /// <summary>Runs the embedding on token ids.</summary>
    public void Run(int[] ids, RowTensor y)
    {
        using OrtValue tokens = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, id => (long)id), [1, ids.Length]);
        Run([], y, (DecoderGraph.InputIds, tokens));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
        StageWeights.Release(_weights);
    }

    private void Run(ReadOnlySpan<(string Name, RowTensor? Tensor)> tensors, RowTensor y, params ReadOnlySpan<(string Name, OrtValue Value)> others)
    {
        var names = new List<string>();
        var values = new List<OrtValue>();
        var owned = new List<OrtValue>();
        try
        {
            foreach ((string name, NodeMetadata metadata) in _session.InputMetadata)
            {
                names.Add(name);
                values.Add(Find(name, others) ?? Own(owned, Find(name, tensors)?.ToValue() ?? StageInputs.Create(name, metadata, new long[y.Tokens], [])!));
            }

            OrtValue result = Own(owned, y.ToValue());
            _session.Run(_run, names, values, [_output], [result]);
        }
        finally
        {
            owned.ForEach(value => value.Dispose());
        }
    }

    private static OrtValue Own(List<OrtValue> owned, OrtValue value)
    {
        owned.Add(value);
        return value;
    }

    private static RowTensor? Find(string name, ReadOnlySpan<(string Name, RowTensor? Tensor)> tensors)
    {
        foreach ((string each, RowTensor? tensor) in tensors)
        {
            if (each == name)
            {
                return tensor;
            }
        }

        return null;
    }

    private static OrtValue? Find(string name, ReadOnlySpan<(string Name, OrtValue Value)> others)
    {
        foreach ((string each, OrtValue value) in others)
        {
            if (each == name)
            {
                return value;
            }
        }

        return null;
    }
}
