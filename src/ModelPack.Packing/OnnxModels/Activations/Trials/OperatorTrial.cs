using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations.Trials;

/// <summary>
/// One quantized operator on its own, run on the inputs that the float operator had. Dispose it. Not thread-safe.
/// </summary>
internal sealed class OperatorTrial : IDisposable
{
    private readonly ValueSession _session;
    private readonly (string Name, ProbedValue Value)[] _inputs;
    private readonly ProbedValue _output;
    private double _difference;
    private double _norm;

    private OperatorTrial(ValueSession session, (string Name, ProbedValue Value)[] inputs, ProbedValue output)
    {
        _session = session;
        _inputs = inputs;
        _output = output;
    }

    /// <summary>Root mean square of the difference, relative to the float output; null when no sample reached the operator.</summary>
    public double? Error => _samples == 0 ? null : _norm == 0 ? (_difference == 0 ? 0 : 1) : Math.Sqrt(_difference / _norm);

    private int _samples;

    /// <summary>What has to be probed for it: inputs first, the output last.</summary>
    public IEnumerable<ProbedValue> Needed => _inputs.Select(input => input.Value).Append(_output);

    /// <summary>Opens the operator; null with the reason when ONNX Runtime does not take it.</summary>
    /// <param name="model">The model that it is from.</param>
    /// <param name="scope">The graph that it is from.</param>
    /// <param name="patch">Its quantized form.</param>
    /// <param name="output">The value to compare.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    public static (OperatorTrial? Trial, string Reason) Open(OnnxModel model, GraphIndex scope, OperatorPatch patch, string output, int threads)
    {
        GraphIndex root = scope;
        while (root.Outer is { } outer)
        {
            root = outer;
        }

        GraphIndex[] graphs = [.. root.All];
        ProbedValue Place(string value, OnnxElementType type) => new(Array.IndexOf(graphs, scope.ScopeOf(value)), value, type);
        var graph = new GraphProto { Name = "operator" };
        graph.Initializer.AddRange(patch.Initializers);
        graph.Node.AddRange(patch.Nodes);
        HashSet<string> known = [.. patch.Initializers.Select(tensor => tensor.Name), .. patch.Nodes.SelectMany(node => node.Output), string.Empty];
        var inputs = new List<(string Name, ProbedValue Value)>();
        foreach (NodeProto node in patch.Nodes)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                string name = node.Input[i];
                if (!known.Add(name))
                {
                    continue;
                }

                if (scope.ConstantOf(name) is { } constant)
                {
                    TensorProto tensor = constant.Clone();
                    tensor.Name = name;
                    graph.Initializer.Add(tensor);
                }
                else
                {
                    // Sequence lengths of a recurrent layer are the only inputs that are no floats.
                    OnnxElementType type = node.OpType == DynamicLstm.Form && i == 4 ? OnnxElementType.Int32 : OnnxElementType.Float32;
                    graph.Input.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type } } });
                    inputs.Add((name, Place(name, type)));
                }
            }
        }

        graph.Output.Add(new ValueInfoProto { Name = output });
        var part = new ModelProto { IrVersion = Math.Max(4, model.Proto.IrVersion), Graph = graph };
        part.OpsetImport.AddRange(model.Proto.OpsetImport);
        GraphChanges.Import(part, OperatorDomain.Microsoft, 1);
        try
        {
            return (new OperatorTrial(new ValueSession(part, model.Folder, threads), [.. inputs], Place(output, OnnxElementType.Float32)), string.Empty);
        }
        catch (OnnxRuntimeException e)
        {
            return (null, $"ONNX Runtime does not take its quantized form ({RuntimeMessages.Short(e)})");
        }
    }

    /// <summary>Runs one sample; the result and what it should be, or null when the sample does not reach the operator.</summary>
    /// <exception cref="OnnxRuntimeException">The quantized form failed on these values.</exception>
    public (float[] Expected, float[] Actual, IReadOnlyList<long> Shape)? Run(IReadOnlyDictionary<ProbedValue, SampleTensor> values)
    {
        if (!values.TryGetValue(_output, out SampleTensor? expected) || !_inputs.All(input => values.ContainsKey(input.Value)))
        {
            return null;
        }

        float[] wanted = expected.ToFloats();
        float[] given = _session.Run(_inputs.ToDictionary(input => input.Name, input => values[input.Value]))[0]!.ToFloats();
        _samples++;
        for (int i = 0; i < wanted.Length; i++)
        {
            double difference = (double)wanted[i] - given[i];
            _difference += double.IsFinite(difference) ? difference * difference : double.PositiveInfinity;
            _norm += (double)wanted[i] * wanted[i];
        }

        return (wanted, given, expected.Shape);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
