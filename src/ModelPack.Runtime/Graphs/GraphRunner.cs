using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime.Graphs;

/// <summary>Runs a graph on values of the caller's. Thread-safe: runs share weights and threads, nothing else. The graph belongs to the caller.</summary>
internal sealed class GraphRunner
{
    private readonly GraphSession _graph;
    private readonly Dictionary<string, GraphValue> _inputs;
    private readonly Dictionary<string, GraphValue> _outputs;
    private readonly string[] _outputNames;

    public GraphRunner(GraphSession graph)
    {
        _graph = graph;
        InferenceSession session = graph.Native;
        Inputs = [.. session.InputNames.Select(name => Describe(name, session.InputMetadata[name]))];
        Outputs = [.. session.OutputNames.Select(name => Describe(name, session.OutputMetadata[name]))];
        _inputs = Inputs.ToDictionary(value => value.Name, StringComparer.Ordinal);
        _outputs = Outputs.ToDictionary(value => value.Name, StringComparer.Ordinal);
        _outputNames = [.. session.OutputNames];
    }

    /// <summary>What a run needs, in the model's order.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>What a run gives, in the model's order.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Runs for all outputs, in memory of ONNX Runtime's.</summary>
    public GraphOutputs Run(IReadOnlyDictionary<string, OrtValue> inputs, CancellationToken cancellation)
    {
        RequireInputs(inputs);
        return Run(options => new GraphOutputs(_outputNames, _graph.Native.Run(options, [.. inputs.Keys], [.. inputs.Values], _outputNames), _graph.File), cancellation);
    }

    /// <summary>Runs for some outputs, into the caller's memory.</summary>
    public void Run(IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyDictionary<string, OrtValue> outputs, CancellationToken cancellation)
    {
        RequireInputs(inputs);
        RequireKnown(outputs, _outputs, "output");
        Run(
            options =>
            {
                _graph.Native.Run(options, [.. inputs.Keys], [.. inputs.Values], [.. outputs.Keys], [.. outputs.Values]);
                return 0;
            },
            cancellation);
    }

    private static GraphValue Describe(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new GraphValue(name, metadata.ElementDataType, [.. metadata.Dimensions], [.. metadata.SymbolicDimensions])
        : new GraphValue(name, TensorElementType.DataTypeMax, [], []);

    private T Run<T>(Func<RunOptions, T> run, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using GraphSession.Share share = _graph.Use();
        using var options = new RunOptions();
        using CancellationTokenRegistration registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            return run(options);
        }
        catch (OnnxRuntimeException cause)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new ModelPackException(RuntimeErrors.RunFailed, $"{_graph.File} failed: {OrtMessages.FirstLine(cause)}", cause);
        }
    }

    private void RequireInputs(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        RequireKnown(inputs, _inputs, "input");
        if (Inputs.FirstOrDefault(input => !inputs.ContainsKey(input.Name)) is { } missing)
        {
            throw new ModelPackException(RuntimeErrors.MissingInput, $"{_graph.File} needs a value for its input '{missing.Name}', {missing}.");
        }
    }

    private void RequireKnown(IReadOnlyDictionary<string, OrtValue> values, Dictionary<string, GraphValue> declared, string what)
    {
        foreach ((string name, OrtValue value) in values)
        {
            if (!declared.TryGetValue(name, out GraphValue? expected))
            {
                throw new ModelPackException(RuntimeErrors.UnknownValue, $"{_graph.File} has no {what} '{name}'; its {what}s are {string.Join(", ", declared.Keys)}.");
            }

            if (expected.Type != TensorElementType.DataTypeMax && value.IsTensor)
            {
                RequireFit(expected, value, what);
            }
        }
    }

    private void RequireFit(GraphValue expected, OrtValue value, string what)
    {
        OrtTensorTypeAndShapeInfo given = value.GetTensorTypeAndShape();
        if (given.ElementDataType != expected.Type)
        {
            throw new ModelPackException(RuntimeErrors.WrongType, $"{_graph.File}: {what} '{expected.Name}' is {expected} and the value given is {given.ElementDataType}; give a tensor of {expected.Type}.");
        }

        // A rank of 0 may also be a rank that is not declared.
        long[] shape = given.Shape;
        bool fits = expected.Dimensions.Count == 0 || (expected.Dimensions.Count == shape.Length && expected.Dimensions.Zip(shape).All(pair => pair.First < 0 || pair.First == pair.Second));
        if (!fits)
        {
            throw new ModelPackException(RuntimeErrors.WrongShape, $"{_graph.File}: {what} '{expected.Name}' is {expected} and the value given has the shape [{string.Join(", ", shape)}]; give a tensor of that shape.");
        }
    }
}
