using Microsoft.ML.OnnxRuntime;
using ModelPack.Runtime.Graphs;

namespace ModelPack.Runtime;

/// <content>Models that are neither asked for text nor for embeddings: values in, values out.</content>
public sealed partial class PackedModel
{
    private GraphRunner? _runner;

    /// <summary>What the model takes, in its own order.</summary>
    /// <exception cref="ModelPackException">MPK4601: a language model, whose inputs belong to its generations.</exception>
    public IReadOnlyList<GraphValue> Inputs => Runner.Inputs;

    /// <summary>What the model gives, in its own order.</summary>
    /// <exception cref="ModelPackException">MPK4601: a language model.</exception>
    public IReadOnlyList<GraphValue> Outputs => Runner.Outputs;

    private GraphRunner Runner => Volatile.Read(ref _runner) ?? OpenRunner();

    /// <summary>Runs the model. Thread-safe.</summary>
    /// <param name="inputs">A value for each input, by name; they are read where they are, without copies, and stay the caller's.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>All outputs; the caller disposes them.</returns>
    /// <exception cref="ModelPackException">
    /// MPK4601: a language model; MPK4602 to MPK4605: a value is unknown, missing, or of the wrong type or shape; MPK4009: ONNX Runtime failed.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GraphOutputs Run(IReadOnlyDictionary<string, OrtValue> inputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Runner.Run(inputs, cancellation);
    }

    /// <summary>Runs the model for some of its outputs, which are written into memory of the caller's. Thread-safe, for different outputs.</summary>
    /// <param name="inputs">A value for each input, by name; they are read where they are, without copies, and stay the caller's.</param>
    /// <param name="outputs">Tensors of the right type and size for the outputs that are wanted, by name, such as <see cref="OrtValue.CreateTensorValueFromMemory{T}(T[], long[])"/> makes.</param>
    /// <param name="cancellation">Ends the run; the outputs then hold anything.</param>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, OrtValue}, CancellationToken)" path="/exception"/>
    public void Run(IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyDictionary<string, OrtValue> outputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        Runner.Run(inputs, outputs, cancellation);
    }

    private GraphRunner OpenRunner()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_graph is null)
        {
            throw new ModelPackException(RuntimeErrors.NotAPlainModel, $"{Name} is a language model, whose inputs and outputs belong to its generations; use Generate or AsIChatClient.");
        }

        using var share = _graph.Use();
        var runner = new GraphRunner(_graph);
        return Interlocked.CompareExchange(ref _runner, runner, null) ?? runner;
    }
}
