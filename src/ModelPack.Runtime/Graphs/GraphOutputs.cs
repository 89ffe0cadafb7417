using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Graphs;

/// <summary>
/// Outputs of one run, in the memory that ONNX Runtime gave them. Dispose it when the values have been read: that frees all of them.
/// Reading is thread-safe.
/// </summary>
public sealed class GraphOutputs : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;

    internal GraphOutputs(IReadOnlyList<string> names, IDisposableReadOnlyCollection<OrtValue> values, string file)
    {
        Names = names;
        _values = values;
        File = file;
    }

    /// <summary>Names of the outputs in the model's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    private string File { get; }

    /// <summary>An output by its place in the model's order. It belongs to this object.</summary>
    public OrtValue this[int index] => _values.ElementAt(index);

    /// <summary>An output by name. It belongs to this object.</summary>
    /// <exception cref="ModelPackException">MPK4602: the model has no such output.</exception>
    public OrtValue this[string name]
    {
        get
        {
            for (int i = 0; i < Names.Count; i++)
            {
                if (Names[i] == name)
                {
                    return this[i];
                }
            }

            throw new ModelPackException(RuntimeErrors.UnknownValue, $"{File} has no output '{name}'; its outputs are {string.Join(", ", Names)}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();
}
